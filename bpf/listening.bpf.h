/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Handles listen() calls of targets. Reports the socket, so that the reader knows whose refused connections
 * to show: see refusals.bpf.h. Also adds AF_UNIX sockets to the held listeners: see held.bpf.h. Neither
 * program sees calls by io_uring, and the tracepoint does not see 32-bit calls. The next snapshot of the
 * reader finds the sockets of these calls.
 */
#ifndef LISTENING_BPF_H
#define LISTENING_BPF_H

#include "refusals.bpf.h"
#include "refused_unix.bpf.h"
#include "held.bpf.h"

static __always_inline void report_listening(__s32 fd, struct sock *sk)
{
	struct a4t_refusal refusal = {.type = A4T_EVENT_LISTENING};

	if (filters() && !is_wanted_fd(fd))
		return;
	if (!is_wanted_caller(current_task()))
		return;
	if (READ(sk->__sk_common.skc_family) == AF_UNIX)
		on_unix_listening(sk);
	else if (read_refusing(&refusal, sk) && is_wanted_refusing(&refusal))
		send_refusal(&refusal);
}

/* TCP listeners are held when their state changes: see closed_tcp.bpf.h. */
static __always_inline void on_listening(__s32 fd)
{
	struct sock *sk = sock_of_fd(fd);

	if (!sk)
		return;
	if (filter.calls & A4T_CALL_CLOSED && READ(sk->__sk_common.skc_family) == AF_UNIX)
		hold_unix(sk);
	if (filter.calls & A4T_CALL_REFUSED)
		report_listening(fd, sk);
}

SEC("tracepoint")
int listen_exit(void *ctx)
{
	long ret = exit_ret(ctx);

	keep_processor_on_event();
	if (ret == 0 && live_since_ns && is_target(current_id() >> 32))
		on_listening(argument(user_registers(), 0));
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

SEC("fexit/__sys_listen")
int BPF_PROG(listen_by_fexit, int fd, int backlog, int ret)
{
	keep_processor();
	if (ret == 0 && live_since_ns && is_target(current_id() >> 32))
		on_listening(fd);
	yield_processor();
	return 0;
}

#endif
