/*
 * trapped: makes three accept4 calls while a connection is pending. A seccomp filter answers each call with
 * SIGSYS, which the program handles. Prints for each call the complete line that a tracer must print.
 */
#include "workload.h"

#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BACKLOG = 5, CALLS = 3 };

static void on_sigsys(int signal)
{
	(void)signal;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_sigsys};
	int listener;

	workload_start();
	listener = listen_loopback(BACKLOG);
	connect_to(listener);
	check(sigaction(SIGSYS, &action, NULL), "sigaction");
	answer_call(SYS_accept4, SECCOMP_RET_TRAP);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	for (int i = 0; i < CALLS; i++) {
		struct call call = {.fd = listener};

		make_call(&call);
		printf("[pid %d<trapped>] accept4(%d<TCP:[127.0.0.1:%u]>, NULL, NULL, 0) = ? by=seccomp\n",
		       getpid(), listener, local_port(listener));
	}
	return 0;
}
