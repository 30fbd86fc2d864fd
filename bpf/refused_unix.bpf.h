/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Refused AF_UNIX connects: those that fail with EAGAIN because the accept queue of the listener is full
 * (unix_stream_connect() in net/unix/af_unix.c). A blocking connect waits for room instead, and fails only
 * after the time of SO_SNDTIMEO. ECONNREFUSED means that nobody listens.
 *
 * These programs run in the task of the client, not of the server. So, as with refusals.bpf.h, they report
 * all listeners that pass the filters, and the reader selects those of the targets. Programs at the exit of
 * two functions know the listener. Without them, a program at the exit of the system call knows only the
 * address that the client has passed.
 */
#ifndef REFUSED_UNIX_BPF_H
#define REFUSED_UNIX_BPF_H

#include "related.bpf.h"
#include "unix_refusal_record.h"

/* The number of arguments of unix_find_other(): 6 before Linux 5.17, 4 before 6.16, then 5. */
const volatile __u32 find_other_arguments;

/*
 * The listener that a task's running connect() has found, as the record that is sent if the connect() is
 * refused. LRU, because the kernel can skip the program that deletes an entry.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);	/* struct task_struct * */
	__type(value, struct a4t_unix_refusal);
} unix_connects SEC(".maps");

/* Whether the listener passes the filters, apart from its name. */
static __always_inline bool can_be_wanted_unix(const struct a4t_unix_refusal *refusal)
{
	if (!filters())
		return true;
	if (filter.peer_count || filter.port_count)
		return false;
	if (is_on(A4T_FILTER_FAMILY) && filter.family != AF_UNIX)
		return false;
	return !is_on(A4T_FILTER_NETNS) || refusal->netns == filter.netns;
}

static __always_inline bool is_wanted_unix_refusing(const struct a4t_unix_refusal *refusal)
{
	if (!can_be_wanted_unix(refusal))
		return false;
	return !filters() || is_any_address_wanted() ||
	       is_wanted_unix_name(&refusal->listener, refusal->name);
}

static __always_inline void send_unix_refusal(struct a4t_unix_refusal *refusal, __u32 type)
{
	refusal->size = sizeof(*refusal);
	refusal->type = type;
	refusal->time_ns = now_ns();
	refusal->mntns = mount_namespace_of(current_task());
	refusal->pid = current_id() >> 32;
	refusal->uid = effective_uid_of(current_task());
	read_process_comm(refusal->comm, current_task());
	if (bpf_ringbuf_output(&events, refusal, sizeof(*refusal), wake_flags(refusal->time_ns)))
		count(A4T_LOST_RING_FULL);
}

/*
 * `common` is from common_of(). Also reads the queue, which the kernel checks a moment later. If another
 * client has taken the last place meanwhile, the queue at the refusal is unknown.
 */
static __always_inline void read_unix_listener(struct a4t_unix_refusal *refusal, struct sock *sk,
					       struct sock_common *common)
{
	struct net *net = common->skc_net.net;

	read_socket(&refusal->listener, READ(sk->sk_socket), sk, common);
	refusal->listener.local.name_len = read_unix_name(refusal->name, sk);
	refusal->netns = READ(net->ns.inum);
	refusal->queue_len = READ(sk->sk_receive_queue.qlen);
	refusal->queue_max = READ(sk->sk_max_ack_backlog);
	if (refusal->queue_len > refusal->queue_max)
		refusal->flags = A4T_UNIX_REFUSAL_HAS_QUEUE;
}

/* Returns whether a record of the listener is stored. */
static __always_inline bool store_listener(__u64 task, struct sock *sk)
{
	struct sock_copy copy;
	/* unix_find_other() also finds the receivers of datagrams, which do not listen. */
	struct sock_common *common = common_if_listening(sk, &copy);

	if (!common)
		return false;

	struct a4t_unix_refusal refusal = {};

	read_unix_listener(&refusal, sk, common);
	return is_wanted_unix_refusing(&refusal) &&
	       !bpf_map_update_elem(&unix_connects, &task, &refusal, BPF_ANY);
}

/*
 * unix_find_other() has returned `found`, which is an error or NULL if it has failed. unix_stream_connect()
 * holds a reference to the socket only until it returns, so the listener is read here, and not in
 * unix_connected(). After a wait for room, connect() looks up the name again, and can find another listener.
 */
static __always_inline void on_found(__u64 found)
{
	__u64 task = bpf_get_current_task();

	if (is_live() && found && store_listener(task, AS(sock, found)))
		return;
	/* Look up first, because a lookup takes no lock, unlike a deletion, and most tasks have no entry. */
	if (bpf_map_lookup_elem(&unix_connects, &task))
		bpf_map_delete_elem(&unix_connects, &task);
}

/*
 * The return value follows the arguments. barrier_var() keeps the compiler from merging the branches into one
 * read at ctx[find_other_arguments], because the verifier allows only constant offsets into ctx.
 */
SEC("unix_find_other_exit")
int unix_other_found(__u64 *ctx)
{
	__u64 found = 0;

	keep_processor();
	if (find_other_arguments == 4) {
		found = ctx[4];
		barrier_var(found);
		on_found(found);
	} else if (find_other_arguments == 5) {
		found = ctx[5];
		barrier_var(found);
		on_found(found);
	} else if (find_other_arguments == 6) {
		found = ctx[6];
		barrier_var(found);
		on_found(found);
	}
	yield_processor();
	return 0;
}

/*
 * Whether the client sees the EAGAIN. io_uring first tries a connect() of a blocking socket without blocking,
 * and repeats it in a worker if it fails. Up to Linux 6.9, it does so even if the socket is nonblocking, and
 * can try more than a hundred times before the client gets the EAGAIN.
 */
static __always_inline bool reaches_client(struct socket *socket, __u32 flags)
{
	struct task_struct *task = current_task();
	struct file *file = READ(socket->file);

	if (!(flags & O_NONBLOCK) || !file)
		return true;
	if (!(READ(file->f_flags) & O_NONBLOCK))
		return false;
	return !bpf_core_type_exists(struct io_async_connect) || is_io_worker(task, READ(task->flags)) ||
	       origin_of_accept().via != A4T_VIA_IO_URING;
}

static __always_inline void on_connected(struct socket *untyped, __u32 flags, long ret)
{
	__u64 task = bpf_get_current_task();
	struct a4t_unix_refusal *refusal = bpf_map_lookup_elem(&unix_connects, &task);

	if (!refusal)
		return;
	if (ret == -EAGAIN && is_live() && reaches_client(AS(socket, untyped), flags)) {
		refusal->error = EAGAIN;
		send_unix_refusal(refusal, A4T_EVENT_UNIX_REFUSED);
	}
	bpf_map_delete_elem(&unix_connects, &task);
}

SEC("unix_stream_connect_exit")
int BPF_PROG(unix_connected, struct socket *socket, void *address, int len, int flags, int ret)
{
	keep_processor();
	on_connected(socket, flags, ret);
	yield_processor();
	return 0;
}

/*
 * Reports that a target has made an AF_UNIX socket listen. Does not filter by name, which would need too much
 * of the stack here. A record of an unwanted listener does no harm, because its refusals are filtered by name
 * before they are sent.
 */
static __always_inline void on_unix_listening(struct sock *sk)
{
	struct a4t_unix_refusal listening = {};
	struct sock_copy copy;
	struct sock_common *common = common_if_listening(sk, &copy);

	if (!common)
		return;
	read_unix_listener(&listening, sk, common);
	if (!can_be_wanted_unix(&listening))
		return;
	listening.flags = 0;
	send_unix_refusal(&listening, A4T_EVENT_UNIX_LISTENING);
}

/*
 * Reads the address that the client has passed to connect(). Another thread may have changed it meanwhile.
 * Like the kernel, ends a path at its first NUL byte.
 */
static __always_inline bool read_unix_address(struct a4t_unix_refusal *refusal, struct pt_regs *regs)
{
	void *address = (void *)argument(regs, 1) + sizeof(__u16);
	int len = (int)argument(regs, 2) - (int)sizeof(__u16);
	__u64 name_len;
	long path_len;

	if (len <= 0)
		return false;
	name_len = at_most(len, A4T_UNIX_NAME);
	path_len = bpf_probe_read_user_str(refusal->name, name_len, address);
	/*
	 * bpf_probe_read_user_str() stops at the NUL byte with which an abstract name begins, and overwrites
	 * the last byte of a path that ends without a NUL byte. So these names are read again, in full
	 * length.
	 */
	if (path_len <= 1 || path_len >= (long)name_len) {
		if (bpf_probe_read_user(refusal->name, name_len, address))
			return false;
		path_len = name_len;
	}
	refusal->listener.local.name_len = path_len;
	return true;
}

/* The listener has the type of the client's socket. */
static __always_inline bool read_unix_client(struct a4t_unix_refusal *refusal, struct sock *sk)
{
	struct net *net;

	if (!sk || READ(sk->__sk_common.skc_family) != AF_UNIX || READ(sk->sk_type) == SOCK_DGRAM)
		return false;
	refusal->listener.family = AF_UNIX;
	refusal->listener.state = TCP_LISTEN;
	refusal->listener.type = READ(sk->sk_type);
	net = READ(sk->__sk_common.skc_net.net);
	refusal->netns = READ(net->ns.inum);
	return true;
}

static __always_inline void on_refused_connect(void)
{
	struct a4t_unix_refusal refusal = {.error = EAGAIN};
	struct pt_regs *regs = user_registers();

	if (read_unix_client(&refusal, sock_of_fd(argument(regs, 0))) && read_unix_address(&refusal, regs) &&
	    is_wanted_unix_refusing(&refusal))
		send_unix_refusal(&refusal, A4T_EVENT_UNIX_REFUSED);
}

SEC("tracepoint")
int connect_exit(void *ctx)
{
	long ret = exit_ret(ctx);

	keep_processor_on_event();
	if (ret == -EAGAIN && is_live())
		on_refused_connect();
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

#endif
