/*
 * blocked [N] [late]: N threads (default 200) block in accept4 on one listener, and then N clients connect.
 * Prints for each thread its id and the call that a tracer must print. Every second thread passes an
 * address.
 *
 * The threads are in the call when "ready" is printed; with "late", they enter it after the line on stdin.
 * The clients connect once all threads are in the call.
 */
#include "expected.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEFAULT_THREADS = 200, STACK_SIZE = 64 * 1024 };

struct waiter {
	pthread_t thread;
	_Atomic pid_t tid;
	struct sockaddr_in address;
	socklen_t length;
	struct call call;
};

static pthread_barrier_t start;

static void *run_waiter(void *argument)
{
	struct waiter *self = argument;

	self->tid = gettid();
	pthread_barrier_wait(&start);
	make_call(&self->call);
	return NULL;
}

static void prepare(struct waiter *waiter, int listener, bool with_address)
{
	waiter->length = sizeof(waiter->address);
	waiter->call.fd = listener;
	waiter->call.flags = SOCK_CLOEXEC;
	if (with_address) {
		waiter->call.address = (struct sockaddr *)&waiter->address;
		waiter->call.length = &waiter->length;
	}
}

static struct waiter *start_waiters(size_t count, int listener)
{
	struct waiter *waiters = calloc(count, sizeof(*waiters));
	pthread_attr_t small;

	pthread_barrier_init(&start, NULL, count + 1);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_SIZE);
	for (size_t i = 0; i < count; i++) {
		prepare(&waiters[i], listener, i % 2);
		check(-pthread_create(&waiters[i].thread, &small, run_waiter, &waiters[i]), "thread");
	}
	return waiters;
}

static void let_in(const struct waiter *waiters, size_t count)
{
	pthread_barrier_wait(&start);
	for (size_t i = 0; i < count; i++)
		await_inside(waiters[i].tid, SYS_accept4);
}

static void serve(const struct waiter *waiters, size_t count, int listener)
{
	for (size_t i = 0; i < count; i++)
		connect_to(listener);
	for (size_t i = 0; i < count; i++)
		pthread_join(waiters[i].thread, NULL);
}

static void print_waiters(const struct waiter *waiters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("%d ", waiters[i].tid);
		print_call(&waiters[i].call, -1);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? parse_count(argv[1]) : DEFAULT_THREADS;
	bool late = argc > 2 && strcmp(argv[2], "late") == 0;
	struct waiter *waiters;
	int listener;

	workload_start();
	listener = listen_loopback(SOMAXCONN);
	waiters = start_waiters(count, listener);
	if (!late)
		let_in(waiters, count);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	if (late)
		let_in(waiters, count);
	serve(waiters, count, listener);
	print_waiters(waiters, count);
	return 0;
}
