/*
 * crowd COUNT: starts COUNT processes and prints their ids, separated by commas. After a line on stdin, one
 * process after another makes a failing call and ends.
 */
#include "workload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes the call after reading one byte. */
static void be_one(int start)
{
	struct call call = {.fd = -1};
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(start, &byte, 1) != 1)
		_exit(EXIT_FAILURE);
	make_call(&call);
	_exit(0);
}

static void start_all(unsigned long count, int start)
{
	for (unsigned long i = 0; i < count; i++) {
		pid_t child = check(fork(), "fork");

		if (child == 0)
			be_one(start);
		printf("%s%d", i ? "," : "", child);
	}
	puts("");
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? parse_count(argv[1]) : 10;
	int ends[2];

	workload_start();
	check(pipe(ends), "pipe");
	start_all(count, ends[0]);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	for (unsigned long i = 0; i < count; i++) {
		check((int)write(ends[1], "g", 1), "write");
		check(wait(NULL), "wait");
	}
	return 0;
}
