/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The kernel's structs of sockets and network namespaces, declared as in kernel_types.h. */
#ifndef SOCKET_TYPES_H
#define SOCKET_TYPES_H

#include "kernel_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		__u32 u6_addr32[4];
	} in6_u;
};

struct netns_core {
	int sysctl_somaxconn;
};

struct netns_ipv4 {
	__u8 sysctl_tcp_syncookies; /* an int before 5.15 */
};

struct net {
	struct ns_common ns;
	struct netns_core core;
	struct netns_ipv4 ipv4;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num; /* local port, host order */
	unsigned short skc_family;
	unsigned char skc_state;
	unsigned char skc_reuseport : 1;
	unsigned char skc_ipv6only : 1;
	int skc_bound_dev_if;
	int skc_incoming_cpu; /* the CPU that received the last packet; negative = unknown */
	possible_net_t skc_net;
	unsigned long skc_flags;   /* bits: enum sock_flags; shares memory with skc_listener */
	struct sock *skc_listener; /* of a request; NULL if the request was made from a SYN cookie */
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock;

/* Numbers of the bits of skc_flags. They differ between kernels. */
enum sock_flags {
	SOCK_RCU_FREE = 1,
};

struct sk_buff {
	struct sk_buff *next;
	struct sock *sk;
	int skb_iif; /* index of the interface on which the packet arrived */
	__be16 protocol;
	__u16 transport_header; /* from `head` */
	__u16 network_header;
	unsigned char *head;
	char cb[48];
};

/* The control block of a TCP packet, in the `cb` of struct sk_buff. */
struct tcp_skb_cb {
	__u32 tcp_tw_isn; /* of a SYN: not 0 if its port was in TIME_WAIT */
};

struct sk_buff_head {
	struct sk_buff *next; /* first packet; the last packet's `next` is the head itself */
	__u32 qlen;
};

struct proto {
	char name[32];
};

struct socket;

struct sock_reuseport {
	unsigned int synq_overflow_ts; /* for a listener in a group, instead of ts_recent_stamp */
};

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	atomic_t sk_drops;
	__u8 sk_kern_sock : 1; /* not created by a process */
	__u16 sk_type;
	__u16 sk_protocol;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
	int sk_err;
	__u8 sk_shutdown; /* bits: 1 = receiving, 2 = sending */
	struct socket *sk_socket;
	struct sock_reuseport *sk_reuseport_cb;
	struct proto *sk_prot_creator;
	struct pid *sk_peer_pid;
	struct cred *sk_peer_cred;
};

/* The bit of SO_PASSCRED since 6.16. Before, it is SOCK_PASSCRED in the flags of struct socket. */
struct sock___scm {
	__u8 sk_scm_credentials : 1;
};

struct socket {
	unsigned long flags;
	struct file *file;
	struct sock *sk;
};

/* The object that contains a socket and its inode. */
struct socket_alloc {
	struct inode vfs_inode;
};

struct inet_sock {
	__be16 inet_sport;
};

/* Represents a connection until the connection is accepted. */
struct request_sock {
	struct sock_common __req_common;
	struct request_sock *dl_next;
	struct sock *sk; /* the connection; NULL during the handshake */
};

struct inet_request_sock {
	__u16 acked : 1; /* the last ACK of the handshake has arrived */
};

struct tcp_request_sock {
	__u32 rcv_isn; /* the client's initial sequence number */
};

struct request_sock_queue {
	__u8 rskq_defer_accept; /* TCP_DEFER_ACCEPT, as a number of SYN-ACKs */
	atomic_t qlen;		/* incomplete handshakes */
	struct request_sock *rskq_accept_head;
};

struct inet_connection_sock {
	struct request_sock_queue icsk_accept_queue;
	void *icsk_ulp_data; /* with MPTCP: struct mptcp_subflow_context */
};

struct tcp_sock {
	__u8 is_mptcp : 1; /* with CONFIG_MPTCP */
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 snd_nxt;
	__u32 write_seq;
	__u64 bytes_received;
	__u64 bytes_sent;
	__u32 srtt_us; /* eight times the smoothed round-trip time */
	__u32 total_retrans;
	struct {
		int ts_recent_stamp; /* of a listener: when it last sent a SYN cookie, in jiffies */
	} rx_opt;
	struct {
		__u64 time; /* microseconds, CLOCK_MONOTONIC */
	} rcvq_space;
};

struct mptcp_subflow_context {
	struct sock *conn; /* the MPTCP socket */
};

/* Exists since Linux 5.14, with the tracepoint inet_sk_error_report. */
struct trace_event_raw_inet_sk_error_report {
	int error;
};

struct mptcp_sock {
	struct sock *first; /* first subflow; for a listener, the one that listens */
};

struct sockaddr_un {
	char sun_path[108];
};

struct unix_address {
	int len; /* bytes of `name` in use, including sun_family */
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
	struct sock *listener; /* until the accept; since Linux 6.10 */
};

#pragma clang attribute pop

/* UAPI: linux/vm_sockets.h. */
struct sockaddr_vm {
	unsigned short svm_family;
	unsigned short svm_reserved1;
	unsigned int svm_port;
	unsigned int svm_cid;
	unsigned char svm_zero[4];
};

#define VMADDR_ANY -1U /* VMADDR_CID_ANY and VMADDR_PORT_ANY */

/*
 * The members after struct sock in struct vsock_sock, which are the same from 5.5 to 7.3. They are not
 * relocated, because vsock is usually a module. libbpf would have to read the BTF of every module, and
 * modules have no BTF before 5.11. Instead, readers must check svm_family.
 */
struct vsock_tail {
	const void *transport;
	struct sockaddr_vm local_addr;
	struct sockaddr_vm remote_addr;
};

#define AF_UNIX	      1
#define AF_INET	      2
#define AF_INET6      10
#define AF_BLUETOOTH  31
#define AF_VSOCK      40
#define AF_SMC	      43
#define IPPROTO_TCP   6
#define IPPROTO_MPTCP 262

#endif
