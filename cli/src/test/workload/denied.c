/*
 * denied: makes accept4 calls, some of which a seccomp filter denies. One thread has the filter. Another one
 * has a filter for a different call, and blocks in accept4 before "ready" is printed; a tracer must not take
 * this call for a denied one. The main thread has no filter. Prints the complete line that a tracer must
 * print for each call, in the order in which the calls end, with T for values that only the tracer measures.
 * With the argument "accept", that thread makes an accept call before it gets the filter. No line is printed
 * for it.
 */
#include "expected.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BACKLOG = 5 };

struct blocked {
	pthread_t thread;
	_Atomic pid_t tid;
	struct call call;
};

static int listener;
static bool accepts_first;

static void print_line(pid_t tid, const struct call *call, const char *rest)
{
	printf("[pid %d<denied>] ", tid);
	print_call(call, -1);
	puts(rest);
}

static void *block(void *argument)
{
	struct blocked *self = argument;

	forbid_call(SYS_acct, EPERM);
	self->tid = gettid();
	make_call(&self->call);
	return NULL;
}

static void *be_denied(void *unused)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	struct call bare = {.fd = listener, .flags = SOCK_NONBLOCK};
	struct call full = {.fd = listener, .address = (struct sockaddr *)&address, .length = &length};
	struct call no_fd = {.fd = -1, .flags = 1};

	(void)unused;
	if (accepts_first)
		make_call(&(struct call){.fd = listener, .old = true});
	forbid_call(SYS_accept4, EACCES);
	make_call(&bare);
	print_line(gettid(), &bare, " by=seccomp");
	make_call(&full);
	print_line(gettid(), &full, " by=seccomp");
	make_call(&no_fd);
	print_line(gettid(), &no_fd, " by=seccomp");
	return NULL;
}

int main(int argc, char **argv)
{
	int other = listen_loopback(BACKLOG);
	struct blocked blocked = {.call.fd = other};
	struct call accepted = {.flags = SOCK_CLOEXEC};
	pthread_t denied;

	workload_start();
	accepts_first = argc > 1 && !strcmp(argv[1], "accept");
	listener = listen_loopback(BACKLOG);
	accepted.fd = listener;
	check(-pthread_create(&blocked.thread, NULL, block, &blocked), "thread");
	while (!blocked.tid)
		sched_yield();
	await_inside(blocked.tid, SYS_accept4);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	connect_to(listener);
	if (accepts_first)
		connect_to(listener);
	check(-pthread_create(&denied, NULL, be_denied, NULL), "thread");
	pthread_join(denied, NULL);
	make_call(&accepted);
	print_line(getpid(), &accepted, " <T> wait=T queue=0/5");
	connect_to(other);
	pthread_join(blocked.thread, NULL);
	print_line(blocked.tid, &blocked.call, " <>=T> wait=T queue=0/5");
	return 0;
}
