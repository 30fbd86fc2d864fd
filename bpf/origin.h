/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Concludes from facts about the accepting task how a connection was accepted. Each answer needs positive
 * evidence; without any, the answer is A4T_VIA_UNKNOWN. This header does not use BPF, so that
 * native/test/test_origin.c can compile it.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>
#include "accept_event.h"

#if defined(__TARGET_ARCH_x86) || defined(__x86_64__)
#define NATIVE_ACCEPT4 288
#define NATIVE_ACCEPT  43
#define COMPAT_ACCEPT4 364
#define COMPAT_ACCEPT  -1		/* i386 has accept only through socketcall */
#define X32_ACCEPT4    (1L << 30 | 288) /* __X32_SYSCALL_BIT */
#define X32_ACCEPT     (1L << 30 | 43)
#elif defined(__TARGET_ARCH_arm64) || defined(__aarch64__)
#define NATIVE_ACCEPT4 242
#define NATIVE_ACCEPT  202
#define COMPAT_ACCEPT4 366
#define COMPAT_ACCEPT  285
#define X32_ACCEPT4    -1
#define X32_ACCEPT     -1
#endif

#define COMPAT_SOCKETCALL 102
/* First argument of socketcall: linux/net.h. */
#define SYS_ACCEPT  5
#define SYS_ACCEPT4 18

/* io_uring_setup, io_uring_enter and io_uring_register have the same numbers on every processor. */
#define FIRST_IO_URING_CALL 425
#define LAST_IO_URING_CALL  427

#define NO_CALL -1

struct task_facts {
	bool io_worker; /* an io_uring worker thread */
	bool kernel_thread;
	bool compat;	/* the call uses the 32-bit system call table */
	bool in_call;	/* the task may be in call `number` */
	bool past_call; /* the task may be returning to user space, where io_uring runs deferred work */
	bool has_ring;	/* the task has used io_uring */
	long number;	/* system call number, negative = none */
	unsigned int socketcall; /* first argument of the call */
};

struct origin {
	__u16 via, syscall; /* enum a4t_via, enum a4t_syscall */
};

static inline struct origin origin(enum a4t_via via, enum a4t_syscall syscall)
{
	return (struct origin){via, syscall};
}

static inline struct origin compat_call(const struct task_facts *facts)
{
	if (facts->number == COMPAT_ACCEPT4)
		return origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT4);
	if (facts->number == COMPAT_ACCEPT)
		return origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT);
	if (facts->number == COMPAT_SOCKETCALL && facts->socketcall == SYS_ACCEPT4)
		return origin(A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT4);
	if (facts->number == COMPAT_SOCKETCALL && facts->socketcall == SYS_ACCEPT)
		return origin(A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT);
	return origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4);
}

static inline struct origin native_call(long number)
{
	if (number == NATIVE_ACCEPT4)
		return origin(A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT4);
	if (number == NATIVE_ACCEPT)
		return origin(A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT);
	if (number == X32_ACCEPT4)
		return origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT4);
	if (number == X32_ACCEPT)
		return origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT);
	return origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4);
}

static inline bool is_io_uring_call(long number)
{
	number &= ~(1L << 30);
	return number >= FIRST_IO_URING_CALL && number <= LAST_IO_URING_CALL;
}

/* The result's `via` is A4T_VIA_SYSCALL for a native call, which the tracepoints see. */
static inline struct origin origin_of(const struct task_facts *facts)
{
	struct origin call = {A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4};

	if (facts->io_worker)
		return origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4);
	if (facts->kernel_thread)
		return origin(A4T_VIA_KERNEL, A4T_SYSCALL_ACCEPT4);
	if (facts->in_call && facts->number >= 0)
		call = facts->compat ? compat_call(facts) : native_call(facts->number);
	if (call.via == A4T_VIA_UNKNOWN &&
	    ((facts->in_call && is_io_uring_call(facts->number)) || (facts->past_call && facts->has_ring)))
		call.via = A4T_VIA_IO_URING;
	return call;
}

#endif
