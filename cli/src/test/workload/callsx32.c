/*
 * callsx32: a 64-bit program that accepts two connections through the system calls of x32 programs, accept4
 * and accept. Prints "no x32" and ends if the kernel does not have them.
 */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* __X32_SYSCALL_BIT in arch/x86/include/uapi/asm/unistd.h */
enum { X32 = 1 << 30, BACKLOG = 5 };

static bool has_x32(void)
{
	return syscall(X32 | SYS_accept, -1, NULL, NULL) < 0 && errno == EBADF;
}

int main(void)
{
	int listener;

	workload_start();
	if (!has_x32()) {
		puts("no x32");
		return 0;
	}
	listener = listen_loopback(BACKLOG);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	connect_to(listener);
	check((int)syscall(X32 | SYS_accept4, listener, NULL, NULL, 0), "accept4");
	connect_to(listener);
	check((int)syscall(X32 | SYS_accept, listener, NULL, NULL), "accept");
	return 0;
}
