/*
 * renamed: after a line on stdin, a thread called "before" blocks in accept4, is renamed to "after", and gets
 * a connection. It has a seccomp filter for a different call, so a tracer that does not record the entry of
 * the accept4 call would take the call for a denied one. Prints the line that a tracer must print.
 */
#include "expected.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct call call;
static _Atomic pid_t accepting;

static void *accept_one(void *unused)
{
	check(prctl(PR_SET_NAME, "before"), "PR_SET_NAME");
	forbid_call(SYS_acct, EPERM);
	accepting = gettid();
	make_call(&call);
	return unused;
}

static void rename_thread(pid_t tid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
	fd = check(open(path, O_WRONLY), path);
	check(write(fd, "after", 5), path);
	close(fd);
}

int main(void)
{
	pthread_t thread;

	workload_start();
	call.fd = listen_loopback(1);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	check(-pthread_create(&thread, NULL, accept_one, NULL), "thread");
	while (!accepting)
		sched_yield();
	await_inside(accepting, SYS_accept4);
	rename_thread(accepting);
	connect_to(call.fd);
	pthread_join(thread, NULL);
	printf("[pid %d<after>] ", accepting);
	print_call(&call, -1);
	puts(" <T> wait=T queue=0/1");
	return 0;
}
