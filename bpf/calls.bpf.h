/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The life of a call between its first program and its last: begun, remembered, completed, sent. */
#ifndef CALLS_BPF_H
#define CALLS_BPF_H

#include "maps.bpf.h"
#include "arguments.bpf.h"
#include "sockets.bpf.h"
#include "filter.bpf.h"
#include "stacks.bpf.h"

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

	if (stacks_wanted && event->type != A4T_EVENT_EXIT) {
		if (!send_with_stack(call))
			count_loss(A4T_LOST_RING_FULL);
		return;
	}
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
	return !listener || is_wanted_listener(&call->event.head) ? call : NULL;
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
	/* To a filter the connection's own end is as good as a listener that nobody tells. */
	if (!(event->flags & A4T_HAS_LISTENER)) {
		event->listener = event->accepted;
		event->listener.inode = 0;
	}
	if (!is_wanted_listener(event) || !is_wanted_result(event))
		return;
	read_task(event, id);
	send(call);
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

/* `len` bytes of the caller's memory at addr_ptr, or as many as there is room for. */
static __always_inline void read_user_bytes(struct call *call, __u32 len)
{
	struct accept_event *event = &call->event.head;
	__u64 wanted = at_most(len, A4T_USER_ADDR);

	/* user_addr and user_addr_more are one array of A4T_USER_ADDR bytes to this read. */
	if (bpf_probe_read_user((void *)call + __builtin_offsetof(struct call, event.head.user_addr), wanted,
				(void *)event->addr_ptr))
		return;
	event->user_addr_len = wanted;
	event->flags |= A4T_HAS_USER_ADDR;
}

static __always_inline void read_user_address(struct call *call)
{
	struct accept_event *event = &call->event.head;
	__u32 len;

	if (!event->addr_ptr || !event->addrlen_ptr ||
	    bpf_probe_read_user(&event->addrlen_out, sizeof(event->addrlen_out), (void *)event->addrlen_ptr))
		return;
	event->flags |= A4T_ADDRLEN_OUT;
	len = event->addrlen_out;
	if (event->flags & A4T_ADDRLEN_IN && (__u32)event->addrlen_in < len)
		len = event->addrlen_in;
	read_user_bytes(call, len);
}

#endif
