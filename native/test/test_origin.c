/* SPDX-License-Identifier: MIT */
/*
 * Tests of origin_of(), which returns A4T_VIA_UNKNOWN unless there is evidence of how a connection was
 * accepted.
 */
#include "check.h"
#include "origin.h"

#define READ_CALL      0
#define SOCKET_CALL    41
#define IO_URING_ENTER 426

static struct task_facts in_call(long number)
{
	return (struct task_facts){.in_call = true, .number = number};
}

static void check_origin(enum a4t_via via, enum a4t_syscall syscall, struct task_facts facts)
{
	struct origin found = origin_of(&facts);

	CHECK_EQ(via, found.via);
	CHECK_EQ(syscall, found.syscall);
}

static void native_calls(void)
{
	check_origin(A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT4, in_call(NATIVE_ACCEPT4));
	check_origin(A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT, in_call(NATIVE_ACCEPT));
}

static void calls_of_32_bit_programs(void)
{
	struct task_facts facts = in_call(COMPAT_ACCEPT4);

	facts.compat = true;
	check_origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT4, facts);
	facts.number = COMPAT_SOCKETCALL;
	facts.socketcall = SYS_ACCEPT4;
	check_origin(A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT4, facts);
	facts.socketcall = SYS_ACCEPT;
	check_origin(A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT, facts);
	facts.socketcall = 1;
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, facts);
	/* Each number is accept4 in the other system call table, but not in the one in use. */
	facts.number = NATIVE_ACCEPT4;
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, facts);
	facts.compat = false;
	facts.number = COMPAT_ACCEPT4;
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, facts);
}

static void calls_of_x32_programs(void)
{
	if (X32_ACCEPT4 < 0)
		return;
	check_origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT4, in_call(X32_ACCEPT4));
	check_origin(A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT, in_call(X32_ACCEPT));
	check_origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4, in_call(1L << 30 | IO_URING_ENTER));
}

static void kernel_threads(void)
{
	struct task_facts facts = {.kernel_thread = true, .past_call = true};

	check_origin(A4T_VIA_KERNEL, A4T_SYSCALL_ACCEPT4, facts);
	/* Before Linux 5.12, io_uring workers were kernel threads. */
	facts.io_worker = true;
	check_origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4, facts);
}

static void accepts_by_io_uring_are_recognized(void)
{
	struct task_facts facts = {.past_call = true, .has_ring = true, .number = NATIVE_ACCEPT4};

	check_origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4, in_call(IO_URING_ENTER));
	check_origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4, facts);
	facts.number = NO_CALL;
	check_origin(A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4, facts);
	/* If both in_call and past_call are set, the number of the call takes precedence over has_ring. */
	facts.in_call = true;
	facts.number = NATIVE_ACCEPT4;
	check_origin(A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT4, facts);
}

static void nothing_is_guessed(void)
{
	struct task_facts facts = in_call(SOCKET_CALL);

	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, in_call(READ_CALL));
	facts.has_ring = true;
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, facts);
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4, in_call(NO_CALL));
	check_origin(A4T_VIA_UNKNOWN, A4T_SYSCALL_ACCEPT4,
		     (struct task_facts){.past_call = true, .number = NATIVE_ACCEPT4});
}

int main(void)
{
	static const struct test tests[] = {
		{"native calls", native_calls},
		{"calls of 32-bit programs", calls_of_32_bit_programs},
		{"calls of x32 programs", calls_of_x32_programs},
		{"kernel threads", kernel_threads},
		{"accepts by io_uring are recognized", accepts_by_io_uring_are_recognized},
		{"nothing is guessed", nothing_is_guessed},
	};

	return RUN(tests);
}
