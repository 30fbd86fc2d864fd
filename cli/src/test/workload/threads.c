/*
 * Starts threads for which a tracer could forget to delete table entries. Each makes one failing accept4
 * call.
 *
 *   threads many COUNT   COUNT threads, which live until the second line on stdin; prints "called" when all
 *                        calls have returned
 *   threads exec COUNT   one thread, which then executes this program again, COUNT times
 */
#include "workload.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long left;
/* Counts the calls that have returned. */
static sem_t returned;

static void *call_and_stay(void *unused)
{
	struct call call = {.fd = -1};

	(void)unused;
	make_call(&call);
	sem_post(&returned);
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

static void call_in_threads(unsigned long count)
{
	sem_init(&returned, 0, 0);
	for (unsigned long i = 0; i < count; i++)
		start(call_and_stay);
	for (unsigned long i = 0; i < count; i++)
		sem_wait(&returned);
	puts("called");
	fflush(stdout);
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
		call_in_threads(left);
	else
		start(call_and_execute);
	workload_next_line();
	return 0;
}
