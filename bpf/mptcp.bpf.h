/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* MPTCP sockets: each has subflows, which are TCP sockets that the kernel has created. */
#ifndef MPTCP_BPF_H
#define MPTCP_BPF_H

#include "kernel_reads.bpf.h"

/* Returns the MPTCP socket whose first subflow is `sk`, or `sk` itself if there is none. */
static __always_inline struct sock *mptcp_owner_of(struct sock *sk)
{
	struct inet_connection_sock *listener = AS(inet_connection_sock, sk);
	struct tcp_sock *tcp = AS(tcp_sock, sk);
	struct mptcp_subflow_context *subflow;
	struct sock *owner;

	if (!bpf_core_type_exists(struct mptcp_subflow_context) || !READ_BITS(tcp, is_mptcp))
		return sk;
	subflow = READ(listener->icsk_ulp_data);
	owner = subflow ? READ_UNTYPED(subflow->conn) : NULL;
	return owner ? AS(sock, owner) : sk;
}

static __always_inline bool is_mptcp(struct sock *sk)
{
	struct tcp_sock *tcp = AS(tcp_sock, sk);

	return bpf_core_field_exists(tcp->is_mptcp) && READ_BITS(tcp, is_mptcp);
}

/*
 * Whether the kernel itself uses the listener. A target can make the kernel open such listeners in the
 * target's task: an SMC listener contains a TCP listener. The first subflow of an MPTCP listener is also
 * opened by the kernel, but belongs to the target.
 */
static __always_inline bool is_of_kernel(struct sock *sk)
{
	return READ_BITS(sk, sk_kern_sock) && !is_mptcp(sk);
}

#endif
