/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the programs for accept4 and accept do at the entry, at the hooks in between, and at the exit. */
#ifndef ACCEPTS_BPF_H
#define ACCEPTS_BPF_H

#include "related.bpf.h"
#include "unwanted.bpf.h"

/*
 * Returns the id of the current thread, or 0 if there is nothing to do; `call` is the entry of the thread.
 * The second twin must ignore the library's proof call (native/load/proof.h). At the exit of that call, the
 * first twin deletes the entry in `calls`. Without the entry, the second twin cannot know that the first has
 * run.
 */
static __always_inline __u64 id_to_handle(enum twin twin, const struct call *call)
{
	return twin == FIRST || live_since_ns ? traced_id(call) : 0;
}

/*
 * If the walk over all tasks has marked this thread as in a call (CALL_ANNOUNCED), does not report that call
 * as unreturned. The walk may have seen the thread just before this tracepoint, so the marked call may be the
 * one that enters now. If `calls` is full, only the first twin counts the loss.
 */
static __always_inline void enter(enum twin twin, struct task_struct *task, __u64 id, struct call *call,
				  const struct accept_args *args)
{
	struct file *file;
	__u64 now;

	if (!call)
		call = twin == FIRST ? own_call() : call_if_room();
	if (!call || pass(call, twin, PASSED_ENTRY))
		return;
	end_unfinished(call);
	if (is_native(call))
		send_unreturned(call, id);
	else if (call->state == CALL_UNWANTED)
		found_exit();
	learn_listener(id >> 32, args->fd);
	/*
	 * None of this can change during the call, so the call stays unwanted, and its time of entry is not
	 * needed.
	 */
	if (!is_wanted_call(args->syscall, args->fd) || !is_wanted_uid(task)) {
		leave_out(call, task, UNWANTED_CALL, 0);
		return;
	}
	now = now_ns();
	if (!has_wanted_name_and_cgroup(task)) {
		leave_out(call, task, UNWANTED_CALLER, now);
		return;
	}
	file = file_of_task(task, args->fd);
	if (is_on_unwanted_listener(call, file)) {
		leave_out(call, task, UNWANTED_LISTENER, now);
		return;
	}
	blank_but_listener(call);
	begin_call(call, task, args, file, now);
	if (!has_wanted_socket(call)) {
		leave_out(call, task, UNWANTED_LISTENER, now);
		return;
	}
	read_addrlen_in(&call->event.head);
}

static __always_inline int on_enter(enum twin twin, __u32 syscall, void *ctx)
{
	struct accept_args args;
	struct task_struct *task;
	struct call *call;
	__u64 id;

	keep_processor_on_event();
	task = current_task();
	call = entry_of(task);
	id = id_to_handle(twin, call);
	if (id) {
		if (syscall == A4T_SYSCALL_ACCEPT4)
			args_from_enter4(&args, ctx);
		else
			args_from_enter3(&args, ctx);
		enter(twin, task, id, call, &args);
	}
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

/*
 * Checks a call again that was filtered out at its entry because of its listener. Another thread may have
 * replaced the fd since, so that the call uses another listener, `sock`.
 */
static __always_inline void look_again(struct call *call, struct socket *sock)
{
	struct beginning beginning = {
		.since = call->event.head.enter_ns,
		.shared_files = call->shared_files,
	};

	if (call->unwanted != UNWANTED_LISTENER || call->listener == sock)
		return;
	begin_late(call, beginning);
	if (call->listener != sock)
		read_listener(call, sock);
	if (!has_wanted_socket(call))
		leave_out(call, current_task(), UNWANTED_LISTENER, beginning.since);
	else if (is_running(call))
		read_addrlen_in(&call->event.head);
}

/* Records the listener that the kernel uses. Another thread may have replaced the fd since the entry. */
static __always_inline void on_listener(struct socket *untyped, struct socket *newsock)
{
	struct socket *sock = AS(socket, untyped);
	struct call *call = call_of_thread();
	__u64 id;

	if (is_native(call)) {
		if (call->listener != sock)
			read_listener(call, sock);
		return;
	}
	if (call && call->state == CALL_UNWANTED) {
		look_again(call, sock);
		return;
	}
	id = traced_id(call);
	/*
	 * A failed accept by io_uring ends unseen. The next connection must not be attributed to that accept.
	 */
	if (is_running(call))
		call->state = CALL_NONE;
	call = id ? begin_other(sock) : NULL;
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
	struct call *call = call_of_thread();
	__u64 id;

	if (is_native(call)) {
		take_connection(call, sk, newsock);
		return;
	}
	if (call && call->state == CALL_UNWANTED && is_still_unwanted(call, current_task()))
		return;
	id = traced_id(call);
	if (!id)
		return;
	if (is_running(call)) {
		finish_other(call, id, sk, newsock);
		call->state = CALL_NONE;
		return;
	}
	if (origin_of_accept().via == A4T_VIA_SYSCALL) {
		struct beginning beginning;

		/* An accept() that is not traced must leave no state, because no program runs at its exit.
		 */
		if (current_accept(user_registers()) == NO_CALL)
			return;
		beginning = unseen_beginning(call, true);
		/* If `calls` is full, that was already counted at the entry or by the walk over all tasks. */
		call = call_if_room();
		if (!call)
			return;
		if (beginning.why & A4T_ENTER_UNSEEN)
			begin_unfinished(call);
		if (begin_late(call, beginning)) {
			read_addrlen_in(&call->event.head);
			take_connection(call, sk, newsock);
		} else {
			/* Remembers that the call was seen, so its exit is not taken for one without an
			 * entry. */
			leave_out(call, current_task(), UNWANTED_LISTENER, beginning.since);
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
	/* Check again, because the listener may have changed since the entry. */
	if (!has_wanted_socket(call))
		return;
	if (has_no_result(event))
		event->flags |= A4T_KILLED;
	if (!is_wanted_end_of_call(event))
		return;
	if (ret >= 0 && !(event->flags & (A4T_BY_SECCOMP | A4T_KILLED)))
		find_accepted(call);
	if (is_wanted_result(event)) {
		read_task(event, id);
		send(call);
	}
}

/*
 * Returns the entry that records whether the first twin has run; `call` is from call_of_thread(). If `calls`
 * has ever been full, the second twin adds no entry, because the first twin may have done the work without an
 * entry. A new entry would not say so, and the work would be done twice.
 */
static __always_inline struct call *call_at_exit(enum twin twin, struct call *call)
{
	if (call || !(has_twins || by_fentry) || (twin == SECOND && entry_ever_lost))
		return call;
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

static __always_inline void leave(enum place place, enum twin twin, __u64 id, struct call *call, long ret)
{
	call = call_at_exit(twin, call);
	if (is_left(call, twin))
		return;
	if (twin == SECOND && !by_fentry)
		count(A4T_FOUND_BY_TWIN);
	if (call)
		end_unfinished(call);
	if (call && call->state == CALL_UNWANTED && is_still_unwanted(call, current_task())) {
		call->state = CALL_NONE;
		return;
	}
	if (!is_native(call)) {
		struct beginning beginning = unseen_beginning(call, by_fentry);

		/*
		 * Reset the state of the thread's own entry now. Otherwise the verifier would explore all
		 * paths to the end both with and without that entry.
		 */
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
	struct call *call;
	__u64 id;

	keep_processor_on_event();
	call = call_of_thread();
	id = id_to_handle(twin, call);
	if (id) {
		leave(ON_TRACEPOINT, twin, id, call, exit_ret(ctx));
		forget_proof();
	}
	yield_processor_on_event();
	return KEEP_FOR_OTHERS;
}

/* Until the walk over all tasks has announced the calls in progress, every call may be one of them. */
static __always_inline void leave_unfinished(__u64 id, struct call *call, long ret)
{
	if (!calls_announced || (call && call->unfinished))
		leave(ON_TRACEPOINT, SECOND, id, call, ret);
}

#endif
