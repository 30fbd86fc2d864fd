/*
 * polls: waits for three lines on stdin. After the first one, polls for a connection, and prints "waiting"
 * during the poll. After the second one, waits until the kernel has resumed the poll, which the test must
 * interrupt, and prints "resumed". After the third one, connects, and prints the line that a tracer must
 * print for the poll, with T for the duration.
 */
#include "expected.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MINUTE_MS = 60000 };

static int listener;

static void next_line(void)
{
	if (!workload_next_line())
		exit(EXIT_FAILURE);
}

static void await_main_in(long call, const char *name)
{
	await_inside(getpid(), call);
	puts(name);
	fflush(stdout);
}

static void *obey(void *unused)
{
	await_main_in(SYS_poll, "waiting");
	next_line();
	await_main_in(SYS_restart_syscall, "resumed");
	next_line();
	connect_to(listener);
	return unused;
}

int main(void)
{
	struct pollfd file = {.events = POLLIN};
	pthread_t thread;

	workload_start();
	file.fd = listener = listen_loopback(1);
	workload_ready();
	next_line();
	check(-pthread_create(&thread, NULL, obey, NULL), "thread");
	check(syscall(SYS_poll, &file, 1, MINUTE_MS), "poll");
	pthread_join(thread, NULL);
	printf("poll([...], 1, %d) = 1 <T> ready=%d", MINUTE_MS, listener);
	print_socket(listener, -1);
	printf("\n");
	return 0;
}
