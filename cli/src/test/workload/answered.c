/*
 * answered: makes a bind call and a listen call, both of which a seccomp filter denies. Another thread blocks
 * in ppoll before "ready" is printed. Prints the complete line that a tracer must print for each call, in the
 * order in which the calls end, with T for values that only the tracer measures.
 */
#include "expected.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BACKLOG = 5, SIGSET_BYTES = 8 };

static int listener;
static _Atomic pid_t waiting;

static void *wait_for_one(void *unused)
{
	struct pollfd file = {.fd = listener, .events = POLLIN};

	waiting = gettid();
	check(syscall(SYS_ppoll, &file, 1, NULL, NULL, SIGSET_BYTES), "ppoll");
	return unused;
}

static void print_line(const char *call, int fd, const char *rest)
{
	printf("[pid %d<answered>] %s(%d", getpid(), call, fd);
	print_socket(fd, -1);
	printf("%s = -1 EACCES (Permission denied) by=seccomp\n", rest);
}

static void be_denied(void)
{
	const struct sockaddr_in anywhere = {.sin_family = AF_INET};
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	forbid_call(SYS_bind, EACCES);
	forbid_call(SYS_listen, EACCES);
	bind(fd, (const struct sockaddr *)&anywhere, sizeof(anywhere));
	print_line("bind", fd,
		   ", {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr(\"0.0.0.0\")}, 16)");
	listen(fd, BACKLOG);
	print_line("listen", fd, ", 5)");
}

int main(void)
{
	pthread_t thread;

	workload_start();
	listener = listen_loopback(BACKLOG);
	check(-pthread_create(&thread, NULL, wait_for_one, NULL), "thread");
	while (!waiting)
		sched_yield();
	await_inside(waiting, SYS_ppoll);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	be_denied();
	connect_to(listener);
	pthread_join(thread, NULL);
	printf("[pid %d<answered>] ppoll([...], 1, NULL, NULL, %d) = 1 <>=T> ready=%d", waiting, SIGSET_BYTES,
	       listener);
	print_socket(listener, -1);
	puts("");
	return 0;
}
