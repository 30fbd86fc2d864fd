/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the programs for accept4 and accept do at the entry, at the hooks in between, and at the exit. */
#ifndef ACCEPTS_BPF_H
#define ACCEPTS_BPF_H

#include "related.bpf.h"

/*
 * The second twin must ignore the library's proof call (native/load/proof.h). At the exit of that call, the
 * first twin deletes the entry in `calls`. Without the entry, the second twin cannot know that the first has
 * run.
 */
static __always_inline bool must_handle(enum twin twin, __u64 id)
{
	return (twin == FIRST || live_since_ns) && is_target(id >> 32);
}

/*
 * Never reports an announced call as unreturned. It may be the call that enters now, if the walk over all
 * tasks saw the thread just before the tracepoint. If `calls` is full, only the first twin counts the loss.
 */
static __always_inline void enter(enum twin twin, __u64 id, const struct accept_args *args)
{
	struct call *call = twin == FIRST ? own_call() : call_if_room();
	__u64 now = now_ns();

	if (!call || pass(call, twin, PASSED_ENTRY))
		return;
	end_unfinished(call);
	if (is_native(call))
		send_unreturned(call, id);
	if (!is_wanted_caller()) {
		call->event.head.enter_ns = now;
		call->state = CALL_UNWANTED;
		return;
	}
	blank_but_listener(call);
	begin_call(call, args, now);
	if (!is_wanted_listener(&call->event.head))
		return;
	read_addrlen_in(&call->event.head);
	learn_listener(id >> 32, args->fd);
}

static __always_inline int on_enter(enum twin twin, __u32 syscall, void *ctx)
{
	struct accept_args args;
	__u64 id;

	keep_processor();
	id = current_id();
	if (must_handle(twin, id)) {
		if (syscall == A4T_SYSCALL_ACCEPT4)
			args_from_enter4(&args, ctx);
		else
			args_from_enter3(&args, ctx);
		enter(twin, id, &args);
	}
	yield_processor();
	return KEEP_FOR_OTHERS;
}

/* Records the listener that the kernel uses. Another thread may have replaced the fd since the entry. */
static __always_inline void on_listener(struct socket *untyped, struct socket *newsock)
{
	struct socket *sock = AS(socket, untyped);
	__u64 id = current_id();
	struct call *call = call_of_thread();

	if (is_native(call)) {
		if (call->listener != sock)
			read_listener(call, sock);
		return;
	}
	/*
	 * A failed accept by io_uring ends unseen. The next connection must not be attributed to that accept.
	 */
	if (is_running(call))
		call->state = CALL_NONE;
	call = is_target(id >> 32) ? begin_other(sock) : NULL;
	/* Remember the socket that will become the connection, for connection_by_install(). */
	if (call)
		call->event.head.accepted.inode = inode_of(AS(socket, newsock));
}

/*
 * Records the connection that was taken off the queue. Runs before fd_install(), so no other thread can close
 * or replace the connection yet.
 */
static __always_inline void on_connection(struct sock *untyped_sk, struct socket *untyped_sock)
{
	struct sock *sk = AS(sock, untyped_sk);
	struct socket *newsock = AS(socket, untyped_sock);
	__u64 id = current_id();
	struct call *call = call_of_thread();

	if (is_native(call)) {
		take_connection(call, sk, newsock);
		return;
	}
	if (!is_target(id >> 32))
		return;
	if (is_running(call)) {
		finish_other(call, id, sk, newsock);
		call->state = CALL_NONE;
		return;
	}
	if (origin_of_accept().via == A4T_VIA_SYSCALL) {
		struct beginning beginning = unseen_beginning(call, true);

		/* If `calls` is full, that was already counted at the entry or by the announcing walk. */
		call = call_if_room();
		if (!call)
			return;
		if (beginning.why & A4T_ENTER_UNSEEN)
			begin_unfinished(call);
		if (begin_late(call, beginning)) {
			read_addrlen_in(&call->event.head);
			take_connection(call, sk, newsock);
		} else {
			call->state = CALL_NONE;
		}
		return;
	}
	/* Servers inside the kernel accept without calling security_socket_accept(). */
	call = begin_other(NULL);
	if (!call)
		return;
	finish_other(call, id, sk, newsock);
	call->state = CALL_NONE;
}

static __always_inline bool is_like(struct sock *sk, const struct a4t_socket *listener)
{
	return READ(sk->__sk_common.skc_family) == listener->family && READ(sk->sk_type) == listener->type;
}

/*
 * Whether `sock` is the socket that `call` is about to return. CALL_RUNNING does not prove that. An accept by
 * io_uring that found no connection remains in this state, and the thread may open other sockets later.
 */
static __always_inline bool is_accepted_by(const struct call *call, struct socket *sock, struct sock *sk)
{
	const struct accept_event *event = &call->event.head;

	return event->via == A4T_VIA_SYSCALL ? is_like(sk, &event->listener)
					     : event->accepted.inode == inode_of(sock);
}

static __always_inline void on_install(struct file *file)
{
	struct call *call = call_of_thread();
	struct socket *sock = call ? socket_of_file(AS(file, file)) : NULL;
	struct sock *sk = sock ? READ(sock->sk) : NULL;

	if (sk && is_running(call) && is_accepted_by(call, sock, sk))
		on_connection(sk, sock);
}

static __always_inline void find_accepted(struct call *call)
{
	struct accept_event *event = &call->event.head;

	if (!(event->flags & A4T_HAS_PEER)) {
		if (has_connection_hook && !(event->flags & (A4T_ENTER_UNSEEN | A4T_ENTER_LOST)))
			count(A4T_FOUND_CONNECTION);
		look_up_accepted(call, event->ret);
	}
	read_user_address(call);
}

static __always_inline void complete(struct call *call, __u64 id, long ret)
{
	struct accept_event *event = &call->event.head;

	end_call(call, ret);
	/* Filter again, because the listener may have changed since the entry. */
	if (!is_wanted_listener(event))
		return;
	if (has_no_result(event))
		event->flags |= A4T_KILLED;
	else if (ret >= 0 && !(event->flags & A4T_BY_SECCOMP))
		find_accepted(call);
	if (is_wanted_result(event)) {
		read_task(event, id);
		send(call);
	}
}

/*
 * Returns the entry that records whether the first twin has run. If `calls` has ever been full, the second
 * twin adds no entry, because the first twin may have done the work without one.
 */
static __always_inline struct call *call_at_exit(enum twin twin)
{
	if (!(has_twins || by_fentry) || (twin == SECOND && entry_ever_lost))
		return call_of_thread();
	return call_if_room();
}

/* What a program at the exit is attached to. */
enum place { ON_TRACEPOINT, ON_FUNCTION };

/*
 * Where to record a call of which only the exit is seen. `own` is the entry of the thread, or NULL. A program
 * on the exit of a function cannot use `scratch`, because the kernel can preempt it.
 */
static __always_inline struct call *entry_for_late_call(struct call *own, enum place place)
{
	if (place == ON_TRACEPOINT)
		return blank_call(SCRATCH_PERF_EVENTS);
	if (!own)
		count(A4T_LOST_RECURSION);
	return own;
}

/* Whether this twin has nothing to do. If there is no entry, only the first twin does the work. */
static __always_inline bool is_left(struct call *call, enum twin twin)
{
	return call ? pass(call, twin, PASSED_EXIT) : twin == SECOND;
}

static __always_inline void leave(enum place place, enum twin twin, __u64 id, long ret)
{
	struct call *call = call_at_exit(twin);

	if (is_left(call, twin))
		return;
	if (twin == SECOND && !by_fentry)
		count(A4T_FOUND_BY_TWIN);
	if (call)
		end_unfinished(call);
	if (!is_native(call)) {
		struct beginning beginning = unseen_beginning(call, by_fentry);

		/* Set here, so that the verifier does not explore all later paths with and without `call`. */
		if (call)
			call->state = CALL_NONE;
		call = entry_for_late_call(call, place);
		if (!call)
			return;
		if (!begin_late(call, beginning)) {
			call->state = CALL_NONE;
			return;
		}
		/* A failed call has not changed *addrlen, which still has its value at the entry. */
		if (ret < 0)
			read_addrlen_in(&call->event.head);
	}
	complete(call, id, ret);
	call->state = CALL_NONE;
}

/* Deletes the entry of the proof call. */
static __always_inline void forget_proof(void)
{
	__u64 task = bpf_get_current_task();

	if (!live_since_ns)
		bpf_map_delete_elem(&calls, &task);
}

/* For accept4 and accept. */
static __always_inline int on_exit(enum twin twin, void *ctx)
{
	__u64 id;

	keep_processor();
	id = current_id();
	if (must_handle(twin, id)) {
		leave(ON_TRACEPOINT, twin, id, exit_ret(ctx));
		forget_proof();
	}
	yield_processor();
	return KEEP_FOR_OTHERS;
}

/* Until the walk over all tasks has announced the calls in progress, every call may be one of them. */
static __always_inline void leave_unfinished(__u64 id, long ret)
{
	struct call *call = call_of_thread();

	if (!calls_announced || (call && call->unfinished))
		leave(ON_TRACEPOINT, SECOND, id, ret);
}

#endif
