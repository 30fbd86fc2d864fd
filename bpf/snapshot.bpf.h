/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Takes a snapshot of all accept queues by a walk over the open files of all tasks in the reader's PID
 * namespace (iter/task_file). The walk needs no kprobes, and sees the sockets of every network namespace.
 *
 * A queue can change while it is read, because its connections can be accepted, and their memory reused. So
 * the number of steps along a queue is bounded, and each connection is checked after it has been read: it
 * must still be in the queue of the listener. If it is not, the walk ends, or begins again if it was the
 * first connection.
 */
#ifndef SNAPSHOT_BPF_H
#define SNAPSHOT_BPF_H

#include "queue.bpf.h"
#include "queue_record.h"

/* Buffer; the library never reads two snapshots at the same time. */
static struct {
	struct a4t_queue head;
	struct a4t_waiting waiting[A4T_MAX_SHOWN];
} queue;

static __always_inline struct a4t_waiting *next_shown(struct sock *connection)
{
	__u32 shown = queue.head.shown;
	struct a4t_waiting *waiting;

	if (shown >= A4T_MAX_SHOWN)
		return NULL;
	waiting = &queue.waiting[shown];
	__builtin_memset(waiting, 0, sizeof(*waiting));
	waiting->socket = (unsigned long)connection;
	queue.head.shown = shown + 1;
	return waiting;
}

/*
 * Bytes that the client has sent. A FIN also takes a sequence number, which is subtracted. SOCK_DONE means
 * that the FIN has arrived.
 */
static __always_inline __u32 unread_bytes(struct sock *connection)
{
	struct tcp_sock *tcp = (void *)connection;
	__u32 unread = READ_UNTYPED(tcp->rcv_nxt) - READ_UNTYPED(tcp->copied_seq);
	bool has_fin = READ_UNTYPED(connection->__sk_common.skc_flags) & 1UL << SOCK_DONE;

	return unread && has_fin ? unread - 1 : unread;
}

/*
 * taken_ns is read before the time of the handshake, so a connection can seem to come from the future.
 * Then its age is 1, because 0 means unknown.
 */
static __always_inline void read_age(struct a4t_waiting *waiting, struct sock *connection)
{
	struct tcp_sock *tcp = (void *)connection;
	__u64 ready_us = READ_UNTYPED(tcp->rcvq_space.time), ready_ns = ready_us * 1000 + clock_offset_ns;

	waiting->unread = unread_bytes(connection);
	if (ready_us)
		waiting->age_ns = ready_ns < queue.head.taken_ns ? queue.head.taken_ns - ready_ns : 1;
}

static __always_inline void show_tcp(struct sock *connection)
{
	struct a4t_waiting *waiting = next_shown(connection);
	struct sock_copy copy;
	struct sock_common *common;

	if (!waiting)
		return;
	common = copy_common(connection, &copy);
	if (!common)
		return;
	waiting->state = common->skc_state;
	set_inet_peer(&waiting->peer, common);
	read_age(waiting, connection);
}

/* A walk along an accept queue. */
struct queue_walk {
	void *next;  /* a request or a packet */
	void *first; /* where the walk began */
	void *end;   /* of the list of packets */
	struct sock *listener;
};

static __always_inline __be16 source_port(struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;

	return READ_UNTYPED(inet->inet_sport);
}

static __always_inline void *first_request(struct sock *listener)
{
	struct inet_connection_sock *queued = (void *)listener;

	return READ_UNTYPED(queued->icsk_accept_queue.rskq_accept_head);
}

/*
 * Whether a connection waits in the queue of a listener. The memory of a request is only reused for other
 * requests, and the memory of a connection only for other TCP sockets (SLAB_TYPESAFE_BY_RCU). A request made
 * from a SYN cookie does not name its listener. The connection has the listener's local port, unless it was
 * redirected to the listener (TPROXY, BPF). A redirected connection counts as waiting if the head of the
 * queue has not changed since the walk began, because then nothing has been accepted.
 */
static __always_inline bool waits(const struct queue_walk *walk, struct request_sock *request,
				  struct sock *connection)
{
	struct sock *owner = READ_UNTYPED(request->__req_common.skc_listener);

	return READ_UNTYPED(request->sk) == connection && (!owner || owner == walk->listener) &&
	       !READ_UNTYPED(connection->sk_socket) &&
	       (source_port(connection) == source_port(walk->listener) ||
		first_request(walk->listener) == walk->first);
}

/*
 * Takes back the connection that was shown last. If it was the first one, and the queue is not empty, begins
 * again and returns true; otherwise the walk ends.
 */
static __always_inline bool begin_again(struct queue_walk *walk, __u32 shown, void *first)
{
	queue.head.shown = shown;
	walk->next = first;
	walk->first = first;
	return !shown && first;
}

static __always_inline bool step_tcp(struct queue_walk *walk)
{
	struct request_sock *request = walk->next;
	struct sock *connection = request ? READ_UNTYPED(request->sk) : NULL;
	__u32 shown = queue.head.shown;

	if (!connection)
		return false;
	show_tcp(connection);
	walk->next = READ_UNTYPED(request->dl_next);
	return waits(walk, request, connection) || begin_again(walk, shown, first_request(walk->listener));
}

/*
 * Identifies the connection by the inode of the client's own socket, which is not reused. If the client has
 * closed that socket, only the memory address of the server's struct sock is left. Another connection can
 * soon get the same address.
 */
static __always_inline __u64 identity_of_unix(struct sock *connection)
{
	struct unix_sock *unix = (void *)connection;
	struct sock *peer = READ_UNTYPED(unix->peer);
	struct socket_alloc *both = peer ? (void *)READ_UNTYPED(peer->sk_socket) : NULL;
	__u64 inode = both ? READ_UNTYPED(both->vfs_inode.i_ino) : 0;

	return inode ? inode : (unsigned long)connection;
}

static __always_inline void show_unix(struct sock *connection)
{
	struct a4t_waiting *waiting = next_shown(connection);
	struct pid *pid = READ_UNTYPED(connection->sk_peer_pid);
	struct cred *cred = READ_UNTYPED(connection->sk_peer_cred);

	if (!waiting)
		return;
	waiting->socket = identity_of_unix(connection);
	if (!pid || !cred)
		return;
	waiting->pid = number_in_own_namespace(pid, false);
	waiting->uid = READ_UNTYPED(cred->euid.val);
	read_comm(waiting->comm, pid, false);
}

static __always_inline void *first_packet(struct sock *listener)
{
	return READ_UNTYPED(listener->sk_receive_queue.next);
}

static __always_inline void *address_of_unix(struct sock *sk)
{
	struct unix_sock *unix = (void *)sk;

	return READ_UNTYPED(unix->addr);
}

/*
 * Whether an AF_UNIX connection waits in the queue of a listener. A connection shares the address of its
 * listener. The memory of packets and sockets is reused at once, so the client must still be the process that
 * was shown, i.e. `client`.
 */
static __always_inline bool waits_unix(const struct queue_walk *walk, struct sk_buff *packet,
				       struct sock *connection, struct pid *client)
{
	return READ_UNTYPED(packet->sk) == connection && !READ_UNTYPED(connection->sk_socket) &&
	       READ_UNTYPED(connection->__sk_common.skc_state) == TCP_ESTABLISHED &&
	       address_of_unix(connection) == address_of_unix(walk->listener) &&
	       READ_UNTYPED(connection->sk_peer_pid) == client;
}

/* connect() queues an empty packet that belongs to the socket of the future connection. */
static __always_inline bool step_unix(struct queue_walk *walk)
{
	struct sk_buff *packet = walk->next;
	struct sock *connection;
	struct pid *client;
	__u32 shown = queue.head.shown;

	if (!packet || (void *)packet == walk->end)
		return false;
	connection = READ_UNTYPED(packet->sk);
	client = connection ? READ_UNTYPED(connection->sk_peer_pid) : NULL;
	if (connection)
		show_unix(connection);
	walk->next = READ_UNTYPED(packet->next);
	return (connection && waits_unix(walk, packet, connection, client)) ||
	       begin_again(walk, shown, first_packet(walk->listener));
}

/* The verifier checks a callback only once, which takes 1 ms. It would check each turn of a loop (40 ms). */
static __noinline long turn_tcp(__u32 turn, void *context)
{
	return !step_tcp(context);
}

static __noinline long turn_unix(__u32 turn, void *context)
{
	return !step_unix(context);
}

static __always_inline void read_tcp_queue(struct sock *listener, bool has_bpf_loop)
{
	void *first = first_request(listener);
	struct queue_walk walk = {.next = first, .first = first, .listener = listener};

	if (has_bpf_loop)
		bpf_loop(A4T_MAX_SHOWN, turn_tcp, &walk, 0);
	else
		for (int i = 0; i < A4T_MAX_SHOWN && step_tcp(&walk); i++)
			;
}

static __always_inline void read_unix_queue(struct sock *listener, bool has_bpf_loop)
{
	void *first = first_packet(listener);
	struct queue_walk walk = {
		.next = first,
		.first = first,
		.end = (void *)listener + bpf_core_field_offset(listener->sk_receive_queue),
		.listener = listener,
	};

	if (has_bpf_loop)
		bpf_loop(A4T_MAX_SHOWN, turn_unix, &walk, 0);
	else
		for (int i = 0; i < A4T_MAX_SHOWN && step_unix(&walk); i++)
			;
}

static __always_inline void read_handshakes(struct sock *listener)
{
	struct inet_connection_sock *queued = (void *)listener;
	struct a4t_queue *head = &queue.head;

	head->half_open = READ_UNTYPED(queued->icsk_accept_queue.qlen.counter);
	head->flags |= A4T_QUEUE_HAS_HALF_OPEN;
	if (READ_UNTYPED(queued->icsk_accept_queue.rskq_defer_accept))
		head->flags |= A4T_QUEUE_DEFERS;
}

static __always_inline void read_waiting(struct sock *sk, bool has_bpf_loop)
{
	struct a4t_queue *head = &queue.head;
	struct sock *tcp = tcp_of(sk, &head->listener);

	if (!has_queue(&head->listener))
		return;
	if (tcp)
		sk = tcp;
	head->waiting =
		head->listener.family == AF_UNIX ? READ(sk->sk_receive_queue.qlen) : READ(sk->sk_ack_backlog);
	head->limit = READ(sk->sk_max_ack_backlog);
	head->flags |= A4T_QUEUE_HAS_LENGTH;
	if (tcp) {
		head->drops = READ(sk->sk_drops.counter);
		head->flags |= A4T_QUEUE_HAS_DROPS;
		read_handshakes(sk);
		read_tcp_queue(sk, has_bpf_loop);
	} else if (head->listener.family == AF_UNIX) {
		read_unix_queue(sk, has_bpf_loop);
	}
}

/* False if the socket does not listen. */
static __always_inline bool read_queue_of(struct socket *socket, bool has_bpf_loop)
{
	struct a4t_queue *head = &queue.head;
	struct sock *sk = READ(socket->sk);
	struct sock_copy copy;
	struct sock_common *common = sk ? common_if_listening(sk, &copy) : NULL;
	struct net *net;

	if (!common)
		return false;
	__builtin_memset(head, 0, sizeof(*head));
	head->taken_ns = now_ns();
	read_socket(&head->listener, socket, sk, common);
	net = common->skc_net.net;
	head->netns = READ(net->ns.inum);
	if (READ_BITS(sk, __sk_common.skc_reuseport))
		head->flags |= A4T_QUEUE_REUSEPORT;
	if (head->listener.family == AF_UNIX)
		head->listener.local.name_len = read_unix_name(head->local_name, sk);
	read_waiting(sk, has_bpf_loop);
	return true;
}

static __always_inline void read_holder(struct task_struct *task, __u32 fd)
{
	struct cred *cred = READ(task->cred);

	queue.head.tgid = tgid_of(task);
	queue.head.mntns = mount_namespace_of(task);
	queue.head.fd = fd;
	queue.head.uid = READ(cred->uid.val);
	read_process_comm(queue.head.comm, task);
}

/*
 * Whether a thread shares the files of its leader. If so, the walk reports them for the leader. A leader that
 * has ended has no files, so the walk reports the files for the other threads.
 */
static __always_inline bool has_files_of_leader(struct task_struct *task)
{
	struct task_struct *leader = READ(task->group_leader);

	return READ(task->pid) != READ(leader->pid) && READ(task->files) == READ(leader->files);
}

static __always_inline int walk(struct bpf_iter__task_file *ctx, bool has_bpf_loop)
{
	struct task_struct *untyped_task = ctx->task, *task;
	struct file *untyped_file = ctx->file;
	struct socket *socket;
	__u64 bytes;

	if (!untyped_task || !untyped_file)
		return 0;
	task = AS(task_struct, (unsigned long)untyped_task);
	socket = socket_of_file(AS(file, (unsigned long)untyped_file));
	if (!socket || has_files_of_leader(task) || !read_queue_of(socket, has_bpf_loop))
		return 0;
	read_holder(task, ctx->fd);
	bytes = sizeof(queue.head) + at_most(queue.head.shown, A4T_MAX_SHOWN) * sizeof(struct a4t_waiting);
	bpf_seq_write(ctx->meta->seq, &queue, bytes);
	return 0;
}

SEC("?file_walk")
int walk_files(struct bpf_iter__task_file *ctx)
{
	return walk(ctx, true);
}

/* For kernels before 5.17, which lack bpf_loop() and reject even programs with unused callbacks. */
SEC("?file_walk")
int walk_files_unrolled(struct bpf_iter__task_file *ctx)
{
	return walk(ctx, false);
}

#endif
