/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The programs. A call is remembered at its entry, completed with the accepted
 * socket while the kernel still holds it for this thread alone, and sent when
 * it returns:
 *
 *   sys_enter_accept4 -> inflight[tid] <- security_socket_accept: the listener
 *                                      <- security_sock_graft: the connection
 *   sys_exit_accept4  <- inflight[tid] -> events
 *
 * No kretprobe anywhere: an instance of one is held while the thread sleeps in
 * accept, and when they run out further returns are silently missed.
 */
#include "maps.bpf.h"
#include "arguments.bpf.h"
#include "sockets.bpf.h"
#include "filter.bpf.h"

/* BPF programs that use the kernel's GPL-only helpers must say so. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";

/*
 * What a program on a tracepoint returns decides whether perf hands the event on
 * to the others who opened it: after a 0, a perf stat running beside us would
 * count nothing (trace_call_bpf() in kernel/trace/bpf_trace.c). Events of kprobes
 * are our own: 0 there spares a sample.
 */
#define KEEP_FOR_OTHERS 1

#define ERESTARTSYS 512 /* include/linux/errno.h */

static __always_inline void set_arguments(struct accept_event *event, const struct accept_args *args)
{
	event->syscall = args->syscall;
	event->fd = args->fd;
	event->addr_ptr = args->addr;
	event->addrlen_ptr = args->addrlen;
	event->sock_flags = args->flags;
}

static __always_inline void begin_call(struct call *call, const struct accept_args *args, __u64 now)
{
	struct accept_event *event = &call->event.head;

	struct file *file;

	event->type = A4T_EVENT_ACCEPT4;
	event->enter_ns = now;
	set_arguments(event, args);
	file = file_of_fd(event->fd);
	if (file)
		event->listener.inode = BPF_CORE_READ(file, f_inode, i_ino);
	read_listener(call, socket_of_file(file));
}

static __always_inline void read_addrlen_in(struct accept_event *event)
{
	if (event->addrlen_ptr &&
	    !bpf_probe_read_user(&event->addrlen_in, sizeof(event->addrlen_in), (void *)event->addrlen_ptr))
		event->flags |= A4T_ADDRLEN_IN;
}

/*
 * A call whose entry was not seen. `older`: it began before its thread became a
 * target. Otherwise it never got as far as sys_enter: seccomp, which comes
 * first, has decided it.
 */
static __always_inline struct call *begin_late(bool older)
{
	struct accept_args args;
	struct call *call;

	if (!is_wanted_caller() || !args_from_registers(&args))
		return NULL;
	call = blank_call();
	if (!call)
		return NULL;
	begin_call(call, &args, older ? live_since_ns : bpf_ktime_get_ns());
	if (!is_wanted_listener(&call->event.head))
		return NULL;
	call->event.head.flags |= older ? A4T_ENTER_UNSEEN : entries_lost ? A4T_ENTER_LOST : A4T_BY_SECCOMP;
	return call;
}

static __always_inline void remember(__u32 tid, struct call *call)
{
	if (bpf_map_update_elem(&inflight, &tid, call, BPF_ANY)) {
		count_loss(A4T_LOST_INFLIGHT_FULL);
		entries_lost = true;
	}
}

static __always_inline bool is_announcement(const struct call *call)
{
	return call->event.head.type == 0;
}

/* Of a system call whose entry was seen. */
static __always_inline bool is_native(const struct call *call)
{
	return !is_announcement(call) && call->event.head.via == A4T_VIA_SYSCALL;
}

static __always_inline void enter(__u64 id, const struct accept_args *args)
{
	struct call *call = blank_call();

	if (!call)
		return;
	begin_call(call, args, bpf_ktime_get_ns());
	if (!is_wanted_listener(&call->event.head))
		return;
	read_addrlen_in(&call->event.head);
	remember(id, call);
}

SEC("tracepoint")
int accept4_enter(void *ctx)
{
	__u64 id = current_id();
	struct accept_args args;

	if (!is_target(id >> 32) || !is_wanted_caller())
		return KEEP_FOR_OTHERS;
	args_from_enter4(&args, ctx);
	enter(id, &args);
	return KEEP_FOR_OTHERS;
}

SEC("tracepoint")
int accept_enter(void *ctx)
{
	__u64 id = current_id();
	struct accept_args args;

	if (!is_target(id >> 32) || !is_wanted_caller())
		return KEEP_FOR_OTHERS;
	args_from_enter3(&args, ctx);
	enter(id, &args);
	return KEEP_FOR_OTHERS;
}

/* The kernel turns every way of killing a process into a SIGKILL for each thread (complete_signal()). */
static __always_inline bool is_being_killed(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, pending.signal.sig[0]) & 1UL << (SIGKILL - 1);
}

static __always_inline void read_task(struct accept_event *event, __u64 id)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	event->tgid = id >> 32;
	event->tid = id;
	event->uid = bpf_get_current_uid_gid();
	event->cgroup = bpf_get_current_cgroup_id();
	bpf_get_current_comm(event->thread_comm, sizeof(event->thread_comm));
	BPF_CORE_READ_STR_INTO(&event->process_comm, task, group_leader, comm);
}

static __always_inline bool has_long_part(const struct accept_event *event)
{
	return event->listener.family == AF_UNIX || event->accepted.family == AF_UNIX ||
	       event->user_addr_len > A4T_SHORT_ADDR;
}

static __always_inline void send(struct call *call)
{
	struct accept_event *event = &call->event.head;

	event->size = has_long_part(event) ? sizeof(call->event) : sizeof(call->event.head);
	if (bpf_ringbuf_output(
		    &events, &call->event,
		    event->size == sizeof(call->event) ? sizeof(call->event) : sizeof(call->event.head), 0))
		count_loss(A4T_LOST_RING_FULL);
}

/* An accept that is no native system call: remembered from here on, as its entry was seen by nobody. */
static __always_inline struct call *begin_other(struct socket *listener)
{
	struct origin origin = origin_of_accept();
	struct call *call;

	if (origin.via == A4T_VIA_SYSCALL || !is_wanted_caller())
		return NULL;
	call = blank_call();
	if (!call)
		return NULL;
	call->event.head.type = A4T_EVENT_ACCEPT4;
	call->event.head.via = origin.via;
	call->event.head.syscall = origin.syscall;
	call->event.head.enter_ns = bpf_ktime_get_ns();
	if (!(filter.calls & call_of(&call->event.head)))
		return NULL;
	read_listener(call, listener);
	return is_wanted_listener(&call->event.head) ? call : NULL;
}

/*
 * The listener as the kernel took it, which is another than the one seen at
 * entry when a thread replaced the fd in between.
 */
static __always_inline void on_listener(struct socket *sock)
{
	__u64 id = current_id();
	__u32 tid = id;
	struct call *call = bpf_map_lookup_elem(&inflight, &tid);

	if (call && is_native(call)) {
		if (call->listener != sock)
			read_listener(call, sock);
		return;
	}
	call = is_target(id >> 32) ? begin_other(sock) : NULL;
	if (call)
		remember(tid, call);
}

SEC("kprobe")
int BPF_KPROBE(listener_by_kprobe, struct socket *sock)
{
	on_listener(sock);
	return 0;
}

SEC("fentry/security_socket_accept")
int BPF_PROG(listener_by_fentry, struct socket *sock)
{
	on_listener(sock);
	return 0;
}

/* What a listener's connections have in common with it. */
static __always_inline bool is_like_listener(struct sock *sk, const struct a4t_socket *listener)
{
	return BPF_CORE_READ(sk, __sk_common.skc_family) == listener->family &&
	       BPF_CORE_READ(sk, sk_type) == listener->type;
}

static __always_inline void take_connection(struct call *call, struct sock *sk, struct socket *newsock)
{
	read_accepted(call, newsock, sk);
	read_queue(&call->event.head, call->listener);
}

/* No exit will be seen: all that there is to know is known. */
static __always_inline void finish_other(struct call *call, __u64 id, struct sock *sk, struct socket *newsock)
{
	struct accept_event *event = &call->event.head;

	take_connection(call, sk, newsock);
	event->exit_ns = event->accepted_ns;
	if (!is_wanted_result(event))
		return;
	read_task(event, id);
	send(call);
}

/*
 * The connection just taken off the queue. Runs before fd_install(), so no
 * other thread can close or replace it yet.
 */
static __always_inline void on_connection(struct sock *sk, struct socket *newsock)
{
	__u64 id = current_id();
	__u32 tid = id;
	struct call *call = bpf_map_lookup_elem(&inflight, &tid);

	if (call && is_native(call)) {
		take_connection(call, sk, newsock);
		return;
	}
	if (!is_target(id >> 32))
		return;
	if (call && call->event.head.via) {
		finish_other(call, id, sk, newsock);
		bpf_map_delete_elem(&inflight, &tid);
		return;
	}
	/* No seccomp here: a call that has come this far did begin. */
	call = begin_late(call || !entries_lost);
	if (call) {
		read_addrlen_in(&call->event.head);
		take_connection(call, sk, newsock);
		remember(tid, call);
		return;
	}
	/* The kernel's own servers accept without asking security_socket_accept(). */
	call = begin_other(NULL);
	if (call)
		finish_other(call, id, sk, newsock);
}

SEC("kprobe")
int BPF_KPROBE(connection_by_kprobe, struct sock *sk, struct socket *newsock)
{
	on_connection(sk, newsock);
	return 0;
}

SEC("fentry/security_sock_graft")
int BPF_PROG(connection_by_fentry, struct sock *sk, struct socket *newsock)
{
	on_connection(sk, newsock);
	return 0;
}

/*
 * Where security_sock_graft() is no function (CONFIG_SECURITY_NETWORK=n): a later
 * one, for every file that is opened, but before the new fd can be used as well.
 */
SEC("kprobe")
int BPF_KPROBE(connection_by_install, unsigned int fd, struct file *file)
{
	__u32 tid = current_id();
	struct call *call = bpf_map_lookup_elem(&inflight, &tid);
	struct socket *sock = call ? socket_of_file(file) : NULL;
	struct sock *sk = sock ? BPF_CORE_READ(sock, sk) : NULL;

	if (sk && !is_announcement(call) && is_like_listener(sk, &call->event.head.listener))
		on_connection(sk, sock);
	return 0;
}

/*
 * Without kprobes: what the new fd refers to by now. Another thread may have
 * closed or replaced it since fd_install(), hence A4T_PEER_RACY; what cannot be
 * an accepted socket of this listener is not shown at all.
 */
static __always_inline void look_up_accepted(struct call *call, __u32 fd)
{
	struct accept_event *event = &call->event.head;
	struct socket *sock = socket_of_file(file_of_fd(fd)), *listener;
	struct sock *sk = sock ? BPF_CORE_READ(sock, sk) : NULL;

	event->flags |= A4T_PEER_RACY;
	if (!sk || BPF_CORE_READ(sk, sk_socket) != sock)
		return;
	if (!is_like_listener(sk, &event->listener))
		return;
	read_accepted(call, sock, sk);
	listener = socket_of_file(file_of_fd(event->fd));
	if (listener == call->listener)
		read_queue(event, listener);
}

static __always_inline void read_user_address(struct call *call)
{
	struct accept_event *event = &call->event.head;
	__u64 len;

	if (!event->addr_ptr || !event->addrlen_ptr ||
	    bpf_probe_read_user(&event->addrlen_out, sizeof(event->addrlen_out), (void *)event->addrlen_ptr))
		return;
	event->flags |= A4T_ADDRLEN_OUT;
	len = (__u32)event->addrlen_out;
	if (event->flags & A4T_ADDRLEN_IN && (__u32)event->addrlen_in < len)
		len = event->addrlen_in;
	len = at_most(len, A4T_USER_ADDR);
	/* user_addr and user_addr_more are one array of A4T_USER_ADDR bytes to this read. */
	if (bpf_probe_read_user((void *)call + __builtin_offsetof(struct call, event.head.user_addr), len,
				(void *)event->addr_ptr))
		return;
	event->user_addr_len = len;
	event->flags |= A4T_HAS_USER_ADDR;
}

static __always_inline void leave(__u64 id, long ret)
{
	__u32 tid = id;
	struct call *call = bpf_map_lookup_elem(&inflight, &tid);
	struct accept_event *event;
	bool late = !call || !is_native(call);

	if (late)
		call = begin_late(call || !calls_announced);
	if (!call)
		return;
	event = &call->event.head;
	event->exit_ns = bpf_ktime_get_ns();
	event->ret = ret;
	/* A call that fails leaves the length as it was. */
	if (late && ret < 0)
		read_addrlen_in(event);
	if (ret == -ERESTARTSYS && is_being_killed())
		event->flags |= A4T_KILLED;
	if (ret >= 0) {
		if (!(event->flags & A4T_HAS_PEER))
			look_up_accepted(call, ret);
		read_user_address(call);
	}
	/* The listener again: it may be another than at entry. */
	if (is_wanted_listener(event) && is_wanted_result(event)) {
		read_task(event, id);
		send(call);
	}
	bpf_map_delete_elem(&inflight, &tid);
}

/* For accept4 and for accept. */
SEC("tracepoint")
int accept_exit(void *ctx)
{
	__u64 id = current_id();

	if (is_target(id >> 32))
		leave(id, exit_ret(ctx));
	return KEEP_FOR_OTHERS;
}

/* As wait(2) tells it: the group's when exit_group() or a signal ended it, else that of the main thread. */
static __always_inline int wait_status(struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);

	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

/*
 * With -f. Runs in the parent before the child does, so that none of the child's
 * calls is missed.
 */
SEC("raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *parent = (void *)ctx->args[0], *child = (void *)ctx->args[1];
	__u32 parent_tgid = tgid_of(parent), child_tgid = tgid_of(child);
	__u8 forked = FORKED;

	if (parent_tgid == child_tgid || !bpf_map_lookup_elem(&targets, &parent_tgid))
		return 0;
	if (bpf_map_update_elem(&targets, &child_tgid, &forked, BPF_NOEXIST))
		count_loss(A4T_LOST_TARGETS_FULL);
	else
		__sync_fetch_and_add(&forked_alive, 1);
	return 0;
}

/* The reader removes the others when their pidfd tells of their end. */
static __always_inline void forget_forked(__u32 tgid)
{
	__u8 *how = bpf_map_lookup_elem(&targets, &tgid);

	if (!how || *how != FORKED)
		return;
	bpf_map_delete_elem(&targets, &tgid);
	__sync_fetch_and_add(&forked_alive, -1);
}

/*
 * A thread is about to end. Its call in flight, if any, has returned by now: a
 * killed call leaves through sys_exit as well. An entry that is left all the
 * same (the hooks were not attached at once) must not outlive its thread.
 */
SEC("raw_tp/sched_process_exit")
int thread_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[0];
	__u64 id = current_id();
	__u32 tid = id;
	struct call *call;

	if (!is_target(id >> 32))
		return 0;
	bpf_map_delete_elem(&inflight, &tid);
	/* Under trace_all this would tell the end of every process, servers or not. */
	if (trace_all || BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	forget_forked(id >> 32);
	call = blank_call();
	if (!call)
		return 0;
	call->event.head.type = A4T_EVENT_EXIT;
	call->event.head.exit_ns = bpf_ktime_get_ns();
	call->event.head.ret = wait_status(task);
	read_task(&call->event.head, id);
	send(call);
	return 0;
}
