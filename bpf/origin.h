/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How a connection came to be accepted, from what is known of the task that accepts it. Each answer
 * needs evidence of its own: what none applies to is A4T_VIA_UNKNOWN. Free of BPF, for the sake of
 * native/test/test_origin.c.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>
#include "accept_event.h"

#if defined(__TARGET_ARCH_x86) || defined(__x86_64__)
#define NATIVE_ACCEPT4 288
#define NATIVE_ACCEPT  43
#define COMPAT_ACCEPT4 364
#define COMPAT_ACCEPT  -1		/* i386 has accept only in socketcall */
#define X32_ACCEPT4    (1L << 30 | 288) /* x32 sets this bit in all its numbers */
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
/* The first argument of socketcall: linux/net.h. */
#define SYS_ACCEPT  5
#define SYS_ACCEPT4 18

/* The same on every processor: io_uring_setup, io_uring_enter, io_uring_register. */
#define FIRST_IO_URING_CALL 425
#define LAST_IO_URING_CALL  427

#define NO_CALL -1

struct task_facts {
	bool io_worker; /* a thread of io_uring's own */
	bool kernel_thread;
	bool compat;	/* the call is by the 32-bit table */
	bool in_call;	/* the task may be in call `number` */
	bool past_call; /* it may be on its way back to user space, where io_uring does what it put off */
	bool has_ring;	/* it has used io_uring */
	long number;	/* of the system call, negative = none */
	unsigned int socketcall; /* first argument */
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

/* A4T_VIA_SYSCALL: a native call, which the tracepoints see. */
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
