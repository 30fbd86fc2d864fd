/*
 * forks N: starts N children one after another, each with a child of its own. All of these processes
 * first make a failing accept4 call. Another child exists before "ready" is printed. Prints the number of
 * calls.
 */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void call(void)
{
	syscall(SYS_accept4, -1, NULL, NULL, 0);
}

static void await(pid_t child)
{
	check(waitpid(child, NULL, 0), "waitpid");
}

static void be_child(void)
{
	pid_t grandchild;

	call();
	grandchild = check(fork(), "fork");
	if (grandchild == 0) {
		call();
		_exit(0);
	}
	await(grandchild);
	_exit(0);
}

/* Starts the child that exists before "ready". This child makes its call after reading a byte. */
static pid_t start_elder(int *start)
{
	int ends[2];
	char byte;
	pid_t elder;

	check(pipe(ends), "pipe");
	elder = check(fork(), "fork");
	if (elder == 0) {
		close(ends[1]);
		check((int)read(ends[0], &byte, 1), "read");
		be_child();
	}
	*start = ends[1];
	return elder;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? parse_count(argv[1]) : 1;
	int start;
	pid_t elder;

	workload_start();
	elder = start_elder(&start);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	check((int)write(start, "g", 1), "write");
	await(elder);
	for (unsigned long i = 0; i < count; i++) {
		pid_t child = check(fork(), "fork");

		if (child == 0)
			be_child();
		await(child);
	}
	printf("%lu\n", 2 * (count + 1));
	return 0;
}
