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

/*
 * Whether the listener of the thread's last call, of which all is known, is that of this
 * one: of the same inode, as the memory of a file is used again for another one. What is
 * bound and listens cannot be bound again; its options can change.
 */
static __always_inline bool is_last_listener(struct call *call, struct file *file)
{
	struct accept_event *event = &call->event.head;
	struct socket *sock;
	struct sock *sk;

	if (!file || file != call->file || !call->listener || event->listener.state != TCP_LISTEN ||
	    inode_number(file) != event->listener.inode)
		return false;
	sock = AS(socket, call->listener);
	sk = READ(sock->sk);
	if (READ(sk->__sk_common.skc_state) != TCP_LISTEN)
		return false;
	read_options(event, sock, sk);
	return true;
}

static __always_inline void find_listener(struct call *call)
{
	struct accept_event *event = &call->event.head;
	struct file *file = file_of_fd(event->fd);
	struct socket *sock;

	if (is_last_listener(call, file))
		return;
	call->file = file;
	sock = socket_of_file(file);
	read_listener(call, sock);
	if (file && !sock)
		event->listener.inode = inode_number(file);
}

static __always_inline void begin_call(struct call *call, const struct accept_args *args, __u64 now)
{
	struct accept_event *event = &call->event.head;

	event->type = A4T_EVENT_ACCEPT4;
	event->enter_ns = now;
	set_arguments(event, args);
	find_listener(call);
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
	__u64 since = older ? live_since_ns : now_ns();
	__u32 why = older ? A4T_ENTER_UNSEEN : entries_lost ? A4T_ENTER_LOST : A4T_BY_SECCOMP;
	struct accept_args args;
	struct call *call;

	/* Values to the verifier from here on, no longer ways. */
	barrier_var(since);
	barrier_var(why);
	if (!is_wanted_caller() || !args_from_registers(&args))
		return NULL;
	call = blank_call();
	if (!call)
		return NULL;
	begin_call(call, &args, since);
	if (!is_wanted_listener(&call->event.head))
		return NULL;
	call->event.head.flags |= why;
	return call;
}

static __always_inline void remember(__u32 tid, struct call *call)
{
	if (bpf_map_update_elem(&calls, &tid, call, BPF_ANY)) {
		count_loss(A4T_LOST_INFLIGHT_FULL);
		entries_lost = true;
	}
}

/* The entry of a thread that begins a call; NULL when there is no room for it. */
static __always_inline struct call *entry_of(__u32 tid)
{
	struct call *call = bpf_map_lookup_elem(&calls, &tid);

	if (call) {
		blank_but_listener(call);
		return call;
	}
	call = blank_call();
	if (!call)
		return NULL;
	remember(tid, call);
	return bpf_map_lookup_elem(&calls, &tid);
}

static __always_inline bool is_running(const struct call *call)
{
	return call && call->state == CALL_RUNNING;
}

/* Of a system call whose entry was seen. */
static __always_inline bool is_native(const struct call *call)
{
	return is_running(call) && call->event.head.via == A4T_VIA_SYSCALL;
}

/* The entry of a call that has begun before its thread became a target, or one as good as that. */
static __always_inline bool is_older(const struct call *call)
{
	return call && call->state != CALL_OVER;
}

/* The kernel turns every way of killing a process into a SIGKILL for each thread (complete_signal()). */
static __always_inline bool is_being_killed(void)
{
	struct task_struct *task = current_task();

	return READ(task->pending.signal.sig[0]) & 1UL << (SIGKILL - 1);
}

static __always_inline void read_task(struct accept_event *event, __u64 id)
{
	event->tgid = id >> 32;
	event->tid = id;
	event->uid = bpf_get_current_uid_gid();
	event->cgroup = bpf_get_current_cgroup_id();
	bpf_get_current_comm(event->thread_comm, sizeof(event->thread_comm));
	if (event->tid == event->tgid)
		__builtin_memcpy(event->process_comm, event->thread_comm, sizeof(event->process_comm));
	else
		read_process_comm(event->process_comm);
}

/* `accepted` shares its memory with the arguments of related calls. */
static __always_inline bool has_accepted(const struct accept_event *event)
{
	return event->type == A4T_EVENT_ACCEPT4 && event->flags & A4T_HAS_PEER;
}

static __always_inline bool has_long_part(const struct accept_event *event)
{
	return event->listener.family == AF_UNIX ||
	       (has_accepted(event) && event->accepted.family == AF_UNIX) ||
	       event->user_addr_len > A4T_SHORT_ADDR;
}

/*
 * Waking the reader costs more than all else that is done for a call: another
 * processor has to be interrupted. Under load it is never done, as a reader that
 * finds something puts off the time from which it has to be.
 */
static __always_inline __u64 wake_flags(__u64 now)
{
	if (now < awake_until_ns)
		return BPF_RB_NO_WAKEUP;
	awake_until_ns = now + A4T_AWAKE_NS;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void send(struct call *call)
{
	struct accept_event *event = &call->event.head;
	__u64 flags = wake_flags(event->exit_ns);

	if (stacks_wanted && event->type != A4T_EVENT_EXIT) {
		if (!send_with_stack(call))
			count_loss(A4T_LOST_RING_FULL);
		return;
	}
	event->size = has_long_part(event) ? sizeof(call->event) : sizeof(call->event.head);
	if (bpf_ringbuf_output(&events, &call->event,
			       event->size == sizeof(call->event) ? sizeof(call->event)
								  : sizeof(call->event.head),
			       flags))
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
	call->event.head.enter_ns = now_ns();
	if (!(filter.calls & call_of(&call->event.head)))
		return NULL;
	read_listener(call, listener);
	return !listener || is_wanted_listener(&call->event.head) ? call : NULL;
}

static __always_inline void take_connection(struct call *call, struct sock *sk, struct socket *newsock)
{
	read_accepted(call, newsock, sk, now_ns());
	read_queue(call);
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

/* What a listener's connections have in common with it. */
static __always_inline bool is_of_listener(const struct accept_event *event)
{
	return event->accepted.family == event->listener.family &&
	       event->accepted.type == event->listener.type;
}

static __always_inline void forget_accepted(struct accept_event *event)
{
	event->flags &= ~(A4T_HAS_PEER | A4T_HAS_PEER_TASK | A4T_HAS_WAIT);
	__builtin_memset(&event->accepted, 0, sizeof(event->accepted));
	__builtin_memset(&event->peer, 0, sizeof(event->peer));
}

/*
 * Without kprobes: what the new fd refers to by now. Another thread may have
 * closed or replaced it since fd_install(), hence A4T_PEER_RACY; what cannot be
 * an accepted socket of this listener is not shown at all.
 */
static __always_inline void look_up_accepted(struct call *call, __u32 fd)
{
	struct accept_event *event = &call->event.head;
	struct open_files files = open_files();
	struct socket *sock;
	struct sock *sk;

	event->flags |= A4T_PEER_RACY;
	sock = socket_of_file(file_in(&files, fd));
	sk = sock ? READ(sock->sk) : NULL;
	if (!sk || READ(sk->sk_socket) != sock)
		return;
	read_accepted(call, sock, sk, event->exit_ns);
	if (!is_of_listener(event)) {
		forget_accepted(event);
		return;
	}
	if (call->file && file_in(&files, event->fd) == call->file)
		read_queue(call);
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
