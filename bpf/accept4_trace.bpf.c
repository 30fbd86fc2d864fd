/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The programs. A call is recorded at entry, completed with the accepted socket before other threads can use
 * the new fd, and sent at exit:
 *
 *   sys_enter_accept4 -> calls[task] <- security_socket_accept: the listener
 *                                    <- security_sock_graft: the connection
 *   sys_exit_accept4  <- calls[task] -> events
 *
 * Kretprobes are not used, because each sleeping accept would hold one of a limited number of instances. When
 * none is left, the kernel silently skips returns.
 */
#include "accepts.bpf.h"
#include "listening.bpf.h"
#include "unix_connects.bpf.h"
#include "life.bpf.h"
#include "tasks.bpf.h"
#include "snapshot.bpf.h"
#include "threads.bpf.h"
#include "turned_away.bpf.h"
#include "closed_tcp.bpf.h"
#include "closed_unix.bpf.h"

/* The kernel requires a GPL-compatible license for GPL-only helpers. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";

SEC("tracepoint")
int accept4_enter(void *ctx)
{
	return on_enter(FIRST, A4T_SYSCALL_ACCEPT4, ctx);
}

SEC("tracepoint")
int accept4_enter_twin(void *ctx)
{
	return on_enter(SECOND, A4T_SYSCALL_ACCEPT4, ctx);
}

SEC("tracepoint")
int accept_enter(void *ctx)
{
	return on_enter(FIRST, A4T_SYSCALL_ACCEPT, ctx);
}

SEC("tracepoint")
int accept_enter_twin(void *ctx)
{
	return on_enter(SECOND, A4T_SYSCALL_ACCEPT, ctx);
}

SEC("kprobe")
int BPF_KPROBE(listener_by_kprobe, struct socket *sock, struct socket *newsock)
{
	keep_processor_on_event();
	on_listener(sock, newsock);
	yield_processor_on_event();
	return 0;
}

SEC("fentry/security_socket_accept")
int BPF_PROG(listener_by_fentry, struct socket *sock, struct socket *newsock)
{
	keep_processor();
	on_listener(sock, newsock);
	yield_processor();
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(connection_by_kprobe, struct sock *sk, struct socket *newsock)
{
	keep_processor_on_event();
	on_connection(sk, newsock);
	yield_processor_on_event();
	return 0;
}

SEC("fentry/security_sock_graft")
int BPF_PROG(connection_by_fentry, struct sock *sk, struct socket *newsock)
{
	keep_processor();
	on_connection(sk, newsock);
	yield_processor();
	return 0;
}

/*
 * Replaces connection_by_kprobe() if security_sock_graft() is not a function (CONFIG_SECURITY_NETWORK=n).
 * fd_install() runs later, and for every opened file, but still before the new fd can be used.
 */
SEC("kprobe")
int BPF_KPROBE(connection_by_install, unsigned int fd, struct file *file)
{
	keep_processor_on_event();
	on_install(file);
	yield_processor_on_event();
	return 0;
}

SEC("tracepoint")
int accept_exit(void *ctx)
{
	return on_exit(FIRST, ctx);
}

SEC("tracepoint")
int accept_exit_twin(void *ctx)
{
	return on_exit(SECOND, ctx);
}

/*
 * __sys_accept4() runs for accept4 and accept, also in 32-bit programs. The programs on it skip calls of
 * 32-bit programs, because on_connection() reports these.
 */
SEC("fentry/__sys_accept4")
int enter_by_fentry(void *ctx)
{
	struct accept_args args;
	struct task_struct *task;
	struct call *call;
	__u64 id;

	keep_processor();
	task = current_task();
	call = entry_of(task);
	id = id_to_handle(FIRST, call);
	if (id && args_from_registers(&args))
		enter(FIRST, task, id, call, &args);
	yield_processor();
	return 0;
}

#define RESULT_OF_ACCEPT4 4 /* index in the program's context, after the four arguments */

SEC("fexit/__sys_accept4")
int exit_by_fexit(__u64 *ctx)
{
	int ret = ctx[RESULT_OF_ACCEPT4];
	struct call *call;
	__u64 id;

	keep_processor();
	call = call_of_thread();
	id = id_to_handle(FIRST, call);
	if (id && current_accept(user_registers()) != NO_CALL) {
		leave(ON_FUNCTION, FIRST, id, call, ret);
		forget_proof();
	}
	yield_processor();
	return 0;
}

/*
 * With `by_fentry`, handles calls that were in progress when exit_by_fexit() was attached. It is attached to
 * the exit tracepoints of accept4 and accept: see enum passage.
 */
SEC("tracepoint")
int unfinished_exit(void *ctx)
{
	struct call *call;
	__u64 id;

	keep_processor_on_event();
	call = call_of_thread();
	id = id_to_handle(SECOND, call);
	if (id)
		leave_unfinished(id, call, exit_ret(ctx));
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

/* Runs at the entry of every related call, i.e. of bind, listen and the calls that wait for listeners. */
SEC("tracepoint")
int related_enter(void *ctx)
{
	__u64 id;

	keep_processor_on_event();
	id = current_id();
	if (is_target(id >> 32))
		enter_related();
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

SEC("tracepoint")
int related_exit(void *ctx)
{
	long ret = exit_ret(ctx);
	__u64 id;

	keep_processor_on_event();
	id = current_id();
	/* Before live_since_ns is set, the only target is the library, which proves that the hooks work. */
	if (live_since_ns && ret != -ERESTART_RESTARTBLOCK && is_target(id >> 32))
		leave_related(id, ret);
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}
