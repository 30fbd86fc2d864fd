/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Programs that see how long AF_UNIX clients wait. The client runs them in connect():
 *
 *   unix_stream_connect              begins
 *   unix_wait_for_peer               the queue is full; can repeat, because others may be faster
 *   security_unix_stream_connect     there is room; the connection is about to be queued
 */
#ifndef UNIX_CONNECTS_BPF_H
#define UNIX_CONNECTS_BPF_H

#include "unix_waits.bpf.h"

SEC("kprobe")
int BPF_KPROBE(unix_begin_by_kprobe, struct socket *socket)
{
	keep_processor_on_event();
	begin_connect();
	yield_processor_on_event();
	return 0;
}

SEC("fentry/unix_stream_connect")
int BPF_PROG(unix_begin_by_fentry, struct socket *socket)
{
	keep_processor();
	begin_connect();
	yield_processor();
	return 0;
}

/* Senders of datagrams also wait, but for sockets that do not listen. */
static __always_inline void on_full_queue(struct sock *untyped)
{
	struct sock *peer = AS(sock, untyped);

	if (READ(peer->__sk_common.skc_state) == TCP_LISTEN)
		begin_room_wait();
}

SEC("kprobe")
int BPF_KPROBE(unix_full_by_kprobe, struct sock *peer)
{
	keep_processor_on_event();
	on_full_queue(peer);
	yield_processor_on_event();
	return 0;
}

SEC("fentry/unix_wait_for_peer")
int BPF_PROG(unix_full_by_fentry, struct sock *peer)
{
	keep_processor();
	on_full_queue(peer);
	yield_processor();
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(unix_connect_by_kprobe, struct sock *client, struct sock *listener, struct sock *accepted)
{
	keep_processor_on_event();
	note_unix_ready(accepted);
	yield_processor_on_event();
	return 0;
}

SEC("fentry/security_unix_stream_connect")
int BPF_PROG(unix_connect_by_fentry, struct sock *client, struct sock *listener, struct sock *accepted)
{
	keep_processor();
	note_unix_ready(accepted);
	yield_processor();
	return 0;
}

#endif
