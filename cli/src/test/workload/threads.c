/*
 * Threads that could leave entries behind in a tracer. Each makes one failing accept4 call.
 *
 *   threads many COUNT   COUNT threads, which live until the second line on stdin
 *   threads exec COUNT   one thread, which then executes this program again, COUNT times
 */
#include "workload.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long left;

static void *call_and_stay(void *unused)
{
	struct call call = {.fd = -1};

	(void)unused;
	make_call(&call);
	pause();
	return NULL;
}

static void *call_and_execute(void *unused)
{
	struct call call = {.fd = -1};
	char next[24];

	(void)unused;
	make_call(&call);
	if (left > 0) {
		snprintf(next, sizeof(next), "%lu", left - 1);
		execl("/proc/self/exe", "threads", "next", next, NULL);
		check(-1, "execl");
	}
	puts("executed");
	fflush(stdout);
	pause();
	return NULL;
}

static void start(void *(*run)(void *))
{
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	check(-pthread_create(&thread, &small, run, NULL), "thread");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "many";

	workload_start();
	left = argc > 2 ? parse_count(argv[2]) : 10;
	if (strcmp(what, "next")) {
		workload_ready();
		if (!workload_next_line())
			return EXIT_FAILURE;
	}
	if (!strcmp(what, "many"))
		for (; left > 0; left--)
			start(call_and_stay);
	else
		start(call_and_execute);
	workload_next_line();
	return 0;
}
