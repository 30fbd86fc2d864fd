/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reads the kernel's sockets into the event, family by family. */
#ifndef SOCKETS_BPF_H
#define SOCKETS_BPF_H

#include "identity.bpf.h"
#include "files.bpf.h"
#include "mptcp.bpf.h"
#include "unix_waits.bpf.h"
#include <bpf/bpf_endian.h>

static __always_inline __u64 inode_of(struct socket *sock)
{
	struct socket_alloc *both = AS(socket_alloc, sock);

	return sock ? READ(both->vfs_inode.i_ino) : 0;
}

/*
 * Without typed reads, one helper call copies the beginning of struct sock, because a call per field would be
 * slow.
 */
#define SOCK_COMMON_BYTES 128

struct sock_copy {
	__u64 bytes[SOCK_COMMON_BYTES / sizeof(__u64)];
};

/* Copies sock_common of `sk`. NULL if it is not mapped. */
static __always_inline struct sock_common *copy_common(struct sock *sk, struct sock_copy *copy)
{
	struct sock_common *common = (void *)copy;

	if (bpf_probe_read_kernel(copy, sizeof(*copy), sk))
		return NULL;
	barrier_var(common);
	return common;
}

/* Makes sock_common of `sk` readable without a helper: in place, or in `copy`. NULL if it is not mapped. */
static __always_inline struct sock_common *common_of(struct sock *sk, struct sock_copy *copy)
{
	return IS_TYPED ? &sk->__sk_common : copy_common(sk, copy);
}

/* Like common_of(); also NULL if the socket does not listen. */
static __always_inline struct sock_common *common_if_listening(struct sock *sk, struct sock_copy *copy)
{
	struct sock_common *common = common_of(sk, copy);

	return common && common->skc_state == TCP_LISTEN ? common : NULL;
}

/*
 * Whether an address needs an interface as its scope id: fe80::/10 does, and so do multicast addresses with
 * scope 2, e.g. ff02::1.
 */
static __always_inline bool is_link_local(const __u8 *addr)
{
	return (addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80) || (addr[0] == 0xff && (addr[1] & 0x0f) == 0x02);
}

static __always_inline void set_ipv6(struct a4t_endpoint *end, const struct in6_addr *addr,
				     struct sock_common *common)
{
	__u32 *words = (void *)end->addr;

	for (int i = 0; i < 4; i++)
		words[i] = addr->in6_u.u6_addr32[i];
	if (is_link_local(end->addr))
		end->scope_id = common->skc_bound_dev_if;
}

static __always_inline void set_ipv4(struct a4t_endpoint *end, __u32 addr)
{
	*(__u32 *)end->addr = addr;
}

/*
 * Reads inet_sport, because skc_num is 0 if the peer reset the connection before the accept
 * (inet_put_port()).
 */
static __always_inline void read_inet_local(struct a4t_endpoint *local, struct sock *sk,
					    struct sock_common *common)
{
	struct inet_sock *inet = AS(inet_sock, sk);

	local->port = bpf_ntohs(READ(inet->inet_sport));
	if (common->skc_family == AF_INET)
		set_ipv4(local, common->skc_rcv_saddr);
	else
		set_ipv6(local, &common->skc_v6_rcv_saddr, common);
}

static __always_inline void set_inet_peer(struct a4t_endpoint *peer, struct sock_common *common)
{
	peer->port = bpf_ntohs(common->skc_dport);
	if (common->skc_family == AF_INET)
		set_ipv4(peer, common->skc_daddr);
	else
		set_ipv6(peer, &common->skc_v6_daddr, common);
}

/*
 * Copies the name of an AF_UNIX socket to A4T_UNIX_NAME bytes, truncated, or padded with zeros. Returns the
 * full length, 0 = unnamed.
 */
static __always_inline __u16 read_unix_name(__u8 *name, struct sock *sk)
{
	struct unix_sock *unix = AS(unix_sock, sk);
	struct unix_address *address = READ(unix->addr);
	int len;
	__u64 name_len;

	if (!address)
		return 0;
	len = READ(address->len) - (int)sizeof(__u16);
	if (len <= 0)
		return 0;
	__builtin_memset(name, 0, A4T_UNIX_NAME);
	name_len = at_most(len, A4T_UNIX_NAME);
	if (bpf_core_read(name, name_len, &address->name[0].sun_path))
		return 0;
	return len;
}

static __always_inline bool is_inet(__u16 family)
{
	return family == AF_INET || family == AF_INET6;
}

static __always_inline bool is_tcp(const struct a4t_socket *known)
{
	return is_inet(known->family) && (known->protocol == IPPROTO_TCP || known->protocol == IPPROTO_MPTCP);
}

/* The TCP socket itself, or the first subflow of an MPTCP socket; NULL for other protocols. */
static __always_inline struct sock *tcp_of(struct sock *sk, const struct a4t_socket *known)
{
	struct mptcp_sock *mptcp = (void *)sk;

	if (!is_inet(known->family))
		return NULL;
	if (known->protocol == IPPROTO_TCP)
		return sk;
	/* Kernels without CONFIG_MPTCP do not have the type. */
	if (known->protocol == IPPROTO_MPTCP && bpf_core_type_exists(struct mptcp_sock))
		return AS(sock, BPF_CORE_READ(mptcp, first));
	return NULL;
}

/* Sets CID and port to VMADDR_ANY if they cannot be read. */
static __always_inline void read_vsock_address(struct a4t_endpoint *end, struct sock *sk, __u32 offset)
{
	void *tail = (void *)sk + bpf_core_type_size(struct sock);
	struct sockaddr_vm address = {};

	end->vsock_cid = VMADDR_ANY;
	end->vsock_port = VMADDR_ANY;
	if (!bpf_probe_read_kernel(&address, sizeof(address), tail + offset) &&
	    address.svm_family == AF_VSOCK) {
		end->vsock_cid = address.svm_cid;
		end->vsock_port = address.svm_port;
	}
}

/* Fills in `out`, except for an AF_UNIX name; `common` is from common_of(). */
static __always_inline void read_socket(struct a4t_socket *out, struct socket *sock, struct sock *sk,
					struct sock_common *common)
{
	out->inode = inode_of(sock);
	out->family = common->skc_family;
	out->state = common->skc_state;
	out->type = READ(sk->sk_type);
	if (out->family != AF_UNIX)
		out->protocol = READ(sk->sk_protocol);
	if (is_inet(out->family))
		read_inet_local(&out->local, sk, common);
	else if (out->family == AF_VSOCK)
		read_vsock_address(&out->local, sk, __builtin_offsetof(struct vsock_tail, local_addr));
}

static __always_inline void read_unix_peer(struct call *call, struct sock *sk)
{
	struct unix_sock *unix = AS(unix_sock, sk);
	struct sock *peer = READ(unix->peer);

	if (!peer)
		return;
	call->event.head.peer.name_len = read_unix_name(call->event.peer_name, peer);
	call->event.head.peer_inode = inode_of(READ(peer->sk_socket));
}

/* Reads the remote address of `sk`. */
static __always_inline void read_peer(struct call *call, struct sock *sk, struct sock_common *common)
{
	struct accept_event *event = &call->event.head;
	__u16 family = common->skc_family;

	if (is_inet(family))
		set_inet_peer(&event->peer, common);
	else if (family == AF_UNIX)
		read_unix_peer(call, sk);
	else if (family == AF_VSOCK)
		read_vsock_address(&event->peer, sk, __builtin_offsetof(struct vsock_tail, remote_addr));
}

static __always_inline bool passes_credentials(struct socket *sock, struct sock *sk)
{
	struct sock___scm *scm = (void *)sk;

	if (bpf_core_field_exists(scm->sk_scm_credentials))
		return READ_BITS(scm, sk_scm_credentials);
	return READ(sock->flags) & 1UL << SOCK_PASSCRED;
}

/* Reads the options that can change while the socket listens. */
static __always_inline void read_options(struct accept_event *event, struct socket *sock, struct sock *sk)
{
	event->flags &= ~(A4T_REUSEPORT | A4T_PASSCRED);
	if (READ_BITS(sk, __sk_common.skc_reuseport))
		event->flags |= A4T_REUSEPORT;
	/* Families other than AF_UNIX use the bit of SO_PASSCRED for something else. */
	if (event->listener.family == AF_UNIX && passes_credentials(sock, sk))
		event->flags |= A4T_PASSCRED;
}

static __always_inline void read_protocol(char name[A4T_PROTOCOL_LEN], struct sock *sk)
{
	struct proto *proto = READ(sk->sk_prot_creator);

	bpf_core_read_str(name, A4T_PROTOCOL_LEN, &proto->name);
}

/* Clears the remote address that read_listener() has read from a connected socket. */
static __always_inline void forget_listener_peer(struct accept_event *event)
{
	if (!(event->flags & A4T_LISTENER_PEER))
		return;
	event->flags &= ~A4T_LISTENER_PEER;
	event->peer_inode = 0;
	__builtin_memset(&event->peer, 0, sizeof(event->peer));
}

static __always_inline void forget_listener(struct accept_event *event)
{
	forget_listener_peer(event);
	event->flags &= ~LISTENER_FLAGS;
	__builtin_memset(&event->listener, 0, sizeof(event->listener));
	__builtin_memset(event->protocol, 0, sizeof(event->protocol));
	event->netns = 0;
}

/* Replaces the listener of `call` with `sock`, which may be NULL. */
static __always_inline void read_listener(struct call *call, struct socket *sock)
{
	struct accept_event *event = &call->event.head;
	struct sock_copy copy;
	struct sock_common *common;
	struct sock *sk;
	struct net *net;

	call->listener = sock;
	call->verdict = VERDICT_OPEN;
	forget_listener(event);
	sk = sock ? READ(sock->sk) : NULL;
	common = sk ? common_of(sk, &copy) : NULL;
	if (!common)
		return;
	read_socket(&event->listener, sock, sk, common);
	event->flags |= A4T_HAS_LISTENER;
	read_options(event, sock, sk);
	net = common->skc_net.net;
	event->netns = READ(net->ns.inum);
	if (event->listener.family == AF_UNIX)
		event->listener.local.name_len = read_unix_name(call->event.local_name, sk);
	/* IP protocols are reported by number. AF_UNIX streams have the name "UNIX" before Linux 5.15. */
	if (!is_inet(event->listener.family))
		read_protocol(event->protocol, sk);
	if (event->listener.state != TCP_LISTEN) {
		read_peer(call, sk, common);
		event->flags |= A4T_LISTENER_PEER;
	}
}

/*
 * The end of the handshake, on the clock of now_ns(). tcp_init_buffer_space() sets rcvq_space.time at that
 * moment. The field changes again only when someone reads from the connection, which nobody can do before the
 * accept. Returns 0 if the kernel has not initialized the socket yet, because until then, the field has the
 * value that the listener has, i.e. 0.
 */
static __always_inline __u64 tcp_ready(const struct accept_event *event, struct sock *sk)
{
	struct tcp_sock *tcp = AS(tcp_sock, tcp_of(sk, &event->accepted));
	__u64 us = tcp ? READ(tcp->rcvq_space.time) : 0;

	return us ? us * 1000 + clock_offset_ns : 0;
}

static __always_inline void read_wait(struct accept_event *event, struct sock *sk)
{
	__u64 ready_ns = event->accepted.family == AF_UNIX ? take_unix_ready(sk) : tcp_ready(event, sk);

	if (ready_ns == 0 || ready_ns > event->accepted_ns)
		return;
	event->wait_ns = event->accepted_ns - ready_ns;
	event->flags |= A4T_HAS_WAIT;
}

/* Reads the name of process `pid`; leaves `comm` unchanged if the process has ended. */
static __always_inline void read_comm(char comm[A4T_COMM_LEN], struct pid *pid, bool typed)
{
	struct hlist_node *link = READ_IF(typed, pid->tasks[PIDTYPE_TGID].first);
	struct task_struct *task = NULL;

	if (!link)
		return;
	task = (void *)link - bpf_core_field_offset(task->pid_links[PIDTYPE_TGID]);
	bpf_core_read_str(comm, A4T_COMM_LEN, &task->comm);
}

static __always_inline void read_comm_of(char comm[A4T_COMM_LEN], struct pid *pid)
{
	read_comm(comm, pid, true);
}

/* Reads who connected. AF_UNIX stores this at connect(2). */
static __always_inline void read_peer_task(struct accept_event *event, struct sock *sk)
{
	struct pid *pid = READ(sk->sk_peer_pid);
	struct cred *cred = READ(sk->sk_peer_cred);

	if (!pid || !cred)
		return;
	event->peer_pid = number_of(pid);
	event->peer_uid = READ(cred->euid.val);
	read_comm_of(event->peer_comm, pid);
	event->flags |= A4T_HAS_PEER_TASK;
}

/* An accepted AF_UNIX socket has the name of its listener. */
static __always_inline void read_accepted_name(struct call *call, struct sock *sk)
{
	struct accept_event *event = &call->event.head;

	event->accepted.local.name_len = event->listener.family == AF_UNIX
						 ? event->listener.local.name_len
						 : read_unix_name(call->event.local_name, sk);
}

/* Reads the accepted socket `sk`, its peer and how long it was queued until `now`. */
static __always_inline void read_accepted(struct call *call, struct socket *sock, struct sock *sk, __u64 now)
{
	struct accept_event *event = &call->event.head;
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);

	if (!common)
		return;
	forget_listener_peer(event);
	event->accepted_ns = now;
	read_socket(&event->accepted, sock, sk, common);
	read_peer(call, sk, common);
	if (event->accepted.family == AF_UNIX) {
		read_accepted_name(call, sk);
		read_peer_task(event, sk);
	}
	read_wait(event, sk);
	event->flags |= A4T_HAS_PEER;
}

#endif
