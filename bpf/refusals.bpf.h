/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Refused TCP connections: packets that a listener drops because its accept queue is full. The kernel counts
 * the same packets in ListenOverflows (net/ipv4/tcp_input.c, net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c).
 *
 * The packets arrive in softirqs, not in a process of the server. So these programs report the refusals of
 * every listener that passes the filters, and the reader selects those of the targets by the inode of the
 * socket. The reader learns from snapshots (snapshot.bpf.h) which sockets the targets hold. listening.bpf.h
 * reports sockets that begin to listen later.
 *
 * Programs at the entry of the functions that refuse packets see every refusal. Without them, programs on raw
 * tracepoints see refused last ACKs only, because the kernel has no tracepoint for a refused SYN.
 */
#ifndef REFUSALS_BPF_H
#define REFUSALS_BPF_H

#include "related.bpf.h"
#include "refusal_record.h"

#define ETH_P_IP      0x0800
#define IPV6_VERSION  6
#define SYNCOOKIES_NO 0

/* Headers of packets, with only the members that are read. */
struct tcp_header {
	__be16 source;
	__be16 destination;
	__be32 sequence;
};

struct ipv4_header {
	__u8 before[12];
	__be32 source;
	__be32 destination;
};

struct ipv6_header {
	__u8 before[8];
	struct in6_addr source;
	struct in6_addr destination;
};

/* Like sk_acceptq_is_full() in include/net/sock.h. */
static __always_inline bool is_full(struct sock *sk)
{
	return READ(sk->sk_ack_backlog) > READ(sk->sk_max_ack_backlog);
}

/*
 * Whether tcp_conn_request() drops the SYN before it looks at the accept queue, because the listener has more
 * handshakes in progress than its backlog and sends no SYN cookies. Kernels without the fix in Linux 6.13,
 * which was backported in January 2025, also drop it if the number equals the backlog. This function ignores
 * that case. tcp_conn_request() never drops a SYN for this reason if a connection from the same port is in
 * TIME_WAIT. Since Linux 6.10, a per-CPU variable shows that, which is not read here, so this function
 * returns true for such a SYN.
 */
static __always_inline bool has_no_room_for_handshake(struct sock *sk, struct sk_buff *packet)
{
	struct inet_connection_sock *listener = AS(inet_connection_sock, sk);
	struct net *net = READ(sk->__sk_common.skc_net.net);
	struct tcp_skb_cb *control = (void *)packet + bpf_core_field_offset(packet->cb);

	if (READ(net->ipv4.sysctl_tcp_syncookies) != SYNCOOKIES_NO)
		return false;
	if ((__u32)READ(listener->icsk_accept_queue.qlen.counter) <= READ(sk->sk_max_ack_backlog))
		return false;
	return !bpf_core_field_exists(control->tcp_tw_isn) || !READ_UNTYPED(control->tcp_tw_isn);
}

static __always_inline bool read_refusing(struct a4t_refusal *refusal, struct sock *sk)
{
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);
	struct net *net;

	if (!common)
		return false;
	refusal->size = sizeof(*refusal);
	refusal->time_ns = now_ns();
	read_socket(&refusal->listener, READ(sk->sk_socket), sk, common);
	net = common->skc_net.net;
	refusal->netns = READ(net->ns.inum);
	return true;
}

/* An AF_INET6 listener that accepts IPv4 shows an IPv4 address as an IPv4-mapped one. */
static __always_inline void set_address4(struct a4t_endpoint *end, __be32 addr, __u16 family)
{
	if (family == AF_INET) {
		set_ipv4(end, addr);
		return;
	}
	((__u32 *)end->addr)[2] = bpf_htonl(0xffff);
	((__u32 *)end->addr)[3] = addr;
}

static __always_inline void set_address6(struct a4t_endpoint *end, const struct in6_addr *addr, int interface)
{
	__builtin_memcpy(end->addr, addr, sizeof(end->addr));
	if (is_link_local(end->addr))
		end->scope_id = interface;
}

static __always_inline bool read_ip_header(struct a4t_refusal *refusal, struct sk_buff *packet, void *header)
{
	__u16 family = refusal->listener.family;
	struct ipv6_header ipv6;
	struct ipv4_header ipv4;
	int interface;

	if (READ_UNTYPED(packet->protocol) == bpf_htons(ETH_P_IP)) {
		if (bpf_probe_read_kernel(&ipv4, sizeof(ipv4), header))
			return false;
		set_address4(&refusal->peer, ipv4.source, family);
		set_address4(&refusal->local, ipv4.destination, family);
		return true;
	}
	if (family != AF_INET6 || bpf_probe_read_kernel(&ipv6, sizeof(ipv6), header))
		return false;
	interface = READ_UNTYPED(packet->skb_iif);
	set_address6(&refusal->peer, &ipv6.source, interface);
	set_address6(&refusal->local, &ipv6.destination, interface);
	return true;
}

/* Reads the source and the destination of a packet; false if the headers cannot be read. */
static __always_inline bool read_packet(struct a4t_refusal *refusal, struct sk_buff *packet)
{
	void *head = READ_UNTYPED(packet->head);
	struct tcp_header tcp;

	if (bpf_probe_read_kernel(&tcp, sizeof(tcp), head + READ_UNTYPED(packet->transport_header)))
		return false;
	refusal->peer.port = bpf_ntohs(tcp.source);
	refusal->local.port = bpf_ntohs(tcp.destination);
	/* The last ACK of a handshake follows the SYN, which takes a sequence number. */
	refusal->client_isn = bpf_ntohl(tcp.sequence) - (refusal->at == A4T_REFUSED_ACK);
	return read_ip_header(refusal, packet, head + READ_UNTYPED(packet->network_header));
}

/* The queue is unknown if somebody has accepted connections since the refusal. */
static __always_inline void read_queue_at_refusal(struct a4t_refusal *refusal, struct sock *sk)
{
	if (!is_full(sk))
		return;
	refusal->queue_len = READ(sk->sk_ack_backlog);
	refusal->queue_max = READ(sk->sk_max_ack_backlog);
	refusal->flags |= A4T_REFUSAL_HAS_QUEUE;
}

static __always_inline bool is_wanted_refusing(const struct a4t_refusal *refusal)
{
	const struct a4t_socket *listener = &refusal->listener;

	if (!filters())
		return true;
	if (is_on(A4T_FILTER_FAMILY) && listener->family != filter.family)
		return false;
	if (is_on(A4T_FILTER_NETNS) && refusal->netns != filter.netns)
		return false;
	return is_wanted_port(listener->local.port) && (is_any_address_wanted() || is_wanted_ip(listener));
}

static __always_inline bool is_wanted_refusal(const struct a4t_refusal *refusal)
{
	return is_wanted_refusing(refusal) &&
	       (!filters() || is_wanted_end(&refusal->peer, refusal->listener.family));
}

static __always_inline void send_refusal(struct a4t_refusal *refusal)
{
	if (bpf_ringbuf_output(&events, refusal, sizeof(*refusal), wake_flags(refusal->time_ns)))
		count(A4T_LOST_RING_FULL);
}

/* No process holds a listener of the kernel, so such a listener only matches if no process is selected. */
static __always_inline bool can_be_wanted(struct sock *sk)
{
	bool any = trace_all && !is_on(A4T_FILTER_UID) && !is_on(A4T_FILTER_CGROUP) && !filter.comm_count &&
		   !filter.fd_count;

	return any || !is_of_kernel(sk);
}

static __always_inline void refuse(struct sock *sk, struct sk_buff *packet, __u32 at)
{
	struct a4t_refusal refusal = {.type = A4T_EVENT_REFUSED, .at = at};

	if (!can_be_wanted(sk) || !read_refusing(&refusal, mptcp_owner_of(sk)) ||
	    !read_packet(&refusal, packet))
		return;
	read_queue_at_refusal(&refusal, sk);
	if (is_wanted_refusal(&refusal))
		send_refusal(&refusal);
}

/* Handles the SYN of a client. Calls is_full() first, because most SYNs find room in the queue. */
static __always_inline void on_syn(struct sock *untyped, struct sk_buff *packet)
{
	struct sock *sk = AS(sock, untyped);

	if (is_full(sk) && is_live() && !has_no_room_for_handshake(sk, packet))
		refuse(sk, packet, A4T_REFUSED_SYN);
}

/* Handles the last ACK of a handshake. This packet creates the connection. */
static __always_inline void on_ack(struct sock *untyped, struct sk_buff *packet)
{
	struct sock *sk = AS(sock, untyped);

	if (is_full(sk) && is_live())
		refuse(sk, packet, A4T_REFUSED_ACK);
}

/* Ignores IPv4 packets, because tcp_v6_syn_recv_sock() passes them to tcp_v4_syn_recv_sock(). */
static __always_inline void on_ack6(struct sock *untyped, struct sk_buff *packet)
{
	if (READ_UNTYPED(packet->protocol) != bpf_htons(ETH_P_IP))
		on_ack(untyped, packet);
}

SEC("kprobe")
int BPF_KPROBE(syn_by_kprobe, void *request_ops, void *tcp_ops, struct sock *sk, struct sk_buff *packet)
{
	keep_processor_on_event();
	on_syn(sk, packet);
	yield_processor_on_event();
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(ack_by_kprobe, struct sock *sk, struct sk_buff *packet)
{
	keep_processor_on_event();
	on_ack(sk, packet);
	yield_processor_on_event();
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(ack6_by_kprobe, struct sock *sk, struct sk_buff *packet)
{
	keep_processor_on_event();
	on_ack6(sk, packet);
	yield_processor_on_event();
	return 0;
}

SEC("fentry/tcp_conn_request")
int BPF_PROG(syn_by_fentry, void *request_ops, void *tcp_ops, struct sock *sk, struct sk_buff *packet)
{
	keep_processor();
	on_syn(sk, packet);
	yield_processor();
	return 0;
}

SEC("fentry/tcp_v4_syn_recv_sock")
int BPF_PROG(ack_by_fentry, struct sock *sk, struct sk_buff *packet)
{
	keep_processor();
	on_ack(sk, packet);
	yield_processor();
	return 0;
}

SEC("fentry/tcp_v6_syn_recv_sock")
int BPF_PROG(ack6_by_fentry, struct sock *sk, struct sk_buff *packet)
{
	keep_processor();
	on_ack6(sk, packet);
	yield_processor();
	return 0;
}

/* The numbers of drop reasons differ between kernels. */
enum skb_drop_reason {
	SKB_DROP_REASON_TCP_LISTEN_OVERFLOW = 1,
};

#define HAS_OVERFLOW_REASON \
	bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_TCP_LISTEN_OVERFLOW)

/*
 * The kernel gives the reason TCP_LISTEN_OVERFLOW also if there is no memory or no route for the connection
 * (tcp_check_req() in net/ipv4/tcp_minisocks.c), even if the queue is empty. So this looks at the queue. If
 * it was full, others may have accepted connections since, but hardly half of them.
 */
static __always_inline bool was_full(struct sock *sk)
{
	return 2 * READ(sk->sk_ack_backlog) >= READ(sk->sk_max_ack_backlog);
}

/*
 * `args` describe a dropped packet: its address, the place, the reason, and the socket that was to receive
 * it. Kernels before 6.11 do not pass the socket, and reject this program.
 */
static __always_inline void on_drop(const __u64 args[4])
{
	struct sock *sk = AS(sock, (void *)args[3]);

	if (!HAS_OVERFLOW_REASON || !sk || !is_live() ||
	    args[2] != bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_TCP_LISTEN_OVERFLOW))
		return;
	if (was_full(sk))
		refuse(sk, (void *)args[0], A4T_REFUSED_ACK);
}

SEC("raw_tp/kfree_skb")
int packet_dropped(struct bpf_raw_tracepoint_args *ctx)
{
	keep_processor();
	on_drop(ctx->args);
	yield_processor();
	return 0;
}

static __always_inline void read_request(struct a4t_refusal *refusal, struct request_sock *request)
{
	struct sock_common *common = &request->__req_common;
	struct tcp_request_sock *tcp = (void *)request;
	__u16 family = refusal->listener.family;
	struct in6_addr source, destination;
	int interface;

	refusal->client_isn = READ_UNTYPED(tcp->rcv_isn);
	refusal->peer.port = bpf_ntohs(READ_UNTYPED(common->skc_dport));
	refusal->local.port = READ_UNTYPED(common->skc_num);
	if (READ_UNTYPED(common->skc_family) == AF_INET) {
		set_address4(&refusal->peer, READ_UNTYPED(common->skc_daddr), family);
		set_address4(&refusal->local, READ_UNTYPED(common->skc_rcv_saddr), family);
		return;
	}
	source = READ_UNTYPED(common->skc_v6_daddr);
	destination = READ_UNTYPED(common->skc_v6_rcv_saddr);
	interface = READ_UNTYPED(common->skc_bound_dev_if);
	set_address6(&refusal->peer, &source, interface);
	set_address6(&refusal->local, &destination, interface);
}

/*
 * Reports a refused ACK when the kernel sends a SYN-ACK again although the client has answered it. The kernel
 * does so because it refused the answer (tcp_check_req() in net/ipv4/tcp_minisocks.c). With TCP_DEFER_ACCEPT,
 * it usually does so because the listener waits for data, which looks the same, so these listeners are
 * skipped. Without hooks on the functions, the number of refusals is a lower bound anyway.
 */
static __always_inline void on_repetition(struct sock *sk, struct request_sock *request)
{
	struct inet_connection_sock *listener = AS(inet_connection_sock, sk);
	struct inet_request_sock *inet = (void *)request;
	struct a4t_refusal refusal = {.type = A4T_EVENT_REFUSED, .at = A4T_REFUSED_ACK};

	if (HAS_OVERFLOW_REASON || !is_live() || !BPF_CORE_READ_BITFIELD_PROBED(inet, acked) ||
	    READ(listener->icsk_accept_queue.rskq_defer_accept))
		return;
	if (!can_be_wanted(sk) || !read_refusing(&refusal, mptcp_owner_of(sk)))
		return;
	read_request(&refusal, request);
	read_queue_at_refusal(&refusal, sk);
	if (is_wanted_refusal(&refusal))
		send_refusal(&refusal);
}

SEC("raw_tp/tcp_retransmit_synack")
int synack_repeated(struct bpf_raw_tracepoint_args *ctx)
{
	keep_processor();
	on_repetition(AS(sock, (void *)ctx->args[0]), (void *)ctx->args[1]);
	yield_processor();
	return 0;
}

#endif
