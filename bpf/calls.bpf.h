/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The life of a call, from the first program that sees it to the record that is sent. */
#ifndef CALLS_BPF_H
#define CALLS_BPF_H

#include "entries.bpf.h"
#include "arguments.bpf.h"
#include "connection.bpf.h"
#include "filter.bpf.h"
#include "send.bpf.h"

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
 * Whether `file` is the listener of the thread's last call, which the event already describes. Compares the
 * inode, too, because the kernel reuses the memory of a struct file. A listening socket cannot be bound
 * again, so only its options must be read again.
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
	return READ(sk->__sk_common.skc_state) == TCP_LISTEN;
}

/* Reads what can have changed if is_last_listener() is true. */
static __always_inline void read_listener_options(struct call *call)
{
	struct socket *sock = AS(socket, call->listener);

	read_options(&call->event.head, sock, READ(sock->sk));
}

/* `file` is that of the fd. */
static __always_inline void find_listener(struct call *call, struct file *file)
{
	struct accept_event *event = &call->event.head;
	struct socket *sock;

	if (is_last_listener(call, file)) {
		read_listener_options(call);
		return;
	}
	call->file = file;
	sock = socket_of_file(file);
	read_listener(call, sock);
	if (file && !sock)
		event->listener.inode = inode_number(file);
}

/* `file` is that of the fd in `args`. */
static __always_inline void begin_call(struct call *call, struct task_struct *task,
				       const struct accept_args *args, struct file *file, __u64 now)
{
	struct accept_event *event = &call->event.head;

	event->type = A4T_EVENT_ACCEPT4;
	event->enter_ns = now;
	set_arguments(event, args);
	find_listener(call, file);
	call->shared_files = shares_files(task);
}

static __always_inline void end_call(struct call *call, long ret)
{
	call->event.head.exit_ns = now_ns();
	call->event.head.ret = ret;
	if (ret < 0)
		forget_connection(call);
}

static __always_inline void read_addrlen_in(struct accept_event *event)
{
	if (event->addrlen_ptr &&
	    !bpf_probe_read_user(&event->addrlen_in, sizeof(event->addrlen_in), (void *)event->addrlen_ptr))
		event->flags |= A4T_HAS_ADDRLEN_IN;
}

static __always_inline bool is_running(const struct call *call)
{
	return call && call->state == CALL_RUNNING;
}

/* Whether the call is a running native system call, recorded at its entry or by begin_late(). */
static __always_inline bool is_native(const struct call *call)
{
	return is_running(call) && call->event.head.via == A4T_VIA_SYSCALL;
}

/* The start of a call that the entry program did not record as running. */
struct beginning {
	__u64 since;	    /* the time of the entry, or the earliest time at which the call was seen */
	__u32 why;	    /* bits of enum a4t_event_flag; 0 = `since` is the time of the entry */
	__u32 shared_files; /* as in struct call */
};

/*
 * Returns why the entry of a call was not recorded. seccomp runs before the tracepoint sys_enter
 * (syscall_trace_enter() in kernel/entry/common.c), so a call that seccomp answers has no entry. If `ran`,
 * the kernel has executed the call, so seccomp has not answered it. If seccomp may be the reason, but the
 * kernel has skipped a program before, it may have done so again, so the entry counts as missed.
 */
static __always_inline __u32 why_unseen(bool ran)
{
	if (entry_ever_lost)
		return A4T_ENTER_LOST;
	if (!ran && is_under_seccomp())
		return run_ever_skipped ? A4T_ENTER_LOST : A4T_BY_SECCOMP;
	run_ever_skipped = true;
	return A4T_ENTER_LOST;
}

/*
 * Returns the beginning of a call that is not running according to `call`, the thread's entry in `calls`.
 * Prefers a recorded time of entry. If there is none, and the call may have been in progress when its thread
 * became a target, it begins with tracing. Infers the reason only in all other cases.
 */
static __always_inline struct beginning unseen_beginning(const struct call *call, bool ran)
{
	struct beginning beginning = {};

	if (call && call->state == CALL_UNWANTED) {
		beginning.since = call->event.head.enter_ns;
	} else if (!calls_announced || (call && call->state == CALL_ANNOUNCED)) {
		beginning.since = live_since_ns;
		beginning.why = A4T_ENTER_UNSEEN;
	} else {
		beginning.since = now_ns();
		beginning.why = why_unseen(ran);
	}
	beginning.shared_files = call ? call->shared_files : 0;
	/* Keep the verifier from exploring each combination separately. */
	barrier_var(beginning.since);
	barrier_var(beginning.why);
	return beginning;
}

/* Begins `call` from the saved registers; false if the call is filtered out or not an accept. */
static __always_inline bool begin_late(struct call *call, struct beginning beginning)
{
	struct task_struct *task = current_task();
	struct accept_args args;

	if (!is_wanted_caller(task) || !args_from_registers(&args) || !is_wanted_call(args.syscall, args.fd))
		return false;
	blank(call);
	begin_call(call, task, &args, file_of_task(task, args.fd), beginning.since);
	call->shared_files |= beginning.shared_files;
	call->event.head.flags |= beginning.why;
	return has_wanted_socket(call);
}

/*
 * Whether a signal is pending for this thread. For SIGKILL, also true if another signal kills the process,
 * because the kernel then sends SIGKILL to each of its threads (complete_signal()).
 */
static __always_inline bool is_pending(int signal)
{
	struct task_struct *task = current_task();

	return READ(task->pending.signal.sig[0]) & 1UL << (signal - 1);
}

/*
 * Whether `ret` is not a result that the caller will see. Either the caller is killed, or
 * SECCOMP_RET_TRAP or SECCOMP_RET_KILL has restored the register of the result to its value before the call
 * (x86-64: the number of the call; arm64: its first argument).
 */
static __always_inline bool has_no_result(const struct accept_event *event)
{
	return (event->ret == -ERESTARTSYS && is_pending(SIGKILL)) ||
	       (event->flags & A4T_BY_SECCOMP && is_pending(SIGSYS));
}

static __always_inline void read_task(struct accept_event *event, __u64 id)
{
	struct task_struct *task = current_task();

	event->tgid = id >> 32;
	event->tid = id;
	event->uid = uid_of_current(task);
	/* Slow, because nothing else in the call has brought this memory into the cache. */
	if (cgroups_wanted)
		event->cgroup = cgroup_of_current(task);
	read_comm_of_task(event->thread_comm, task);
	if (event->tid == event->tgid)
		__builtin_memcpy(event->process_comm, event->thread_comm, sizeof(event->process_comm));
	else
		read_process_comm(event->process_comm, task);
}

/* Whether an accept has begun and its exit has not been seen. */
static __always_inline bool is_unreturned(const struct call *call)
{
	return is_native(call) ||
	       (call && call->state == CALL_ANNOUNCED && call->event.head.type == A4T_EVENT_ACCEPT4);
}

/* A call has returned, but the program at its exit was skipped. */
static __always_inline void found_exit(void)
{
	run_ever_skipped = true;
	count(A4T_FOUND_EXIT);
}

/*
 * Finds the listener of an announced call that has returned. Meanwhile, the fd may have been reused for a
 * socket that does not listen.
 */
static __always_inline void find_announced_listener(struct call *call, struct file *file)
{
	find_listener(call, file);
	if (call->event.head.listener.state != TCP_LISTEN)
		forget_listener(&call->event.head);
}

/*
 * Reports a call whose exit was missed. The result is unknown. The thread already does something else, so its
 * stack is no longer that of the call.
 */
static __always_inline void send_unreturned(struct call *call, __u64 id)
{
	struct accept_event *event = &call->event.head;

	if (call->state == CALL_ANNOUNCED)
		find_announced_listener(call, file_of_fd(event->fd));
	call->state = CALL_NONE;
	found_exit();
	event->exit_ns = now_ns();
	event->flags |= A4T_EXIT_LOST;
	if (is_wanted_caller(current_task()) && is_wanted_listener(event) && is_wanted_result(event)) {
		read_task(event, id);
		send_without_stack(call);
	}
}

/* Begins an accept that is not a native system call. Returns NULL if it is native or filtered out. */
static __always_inline struct call *begin_other(struct socket *listener)
{
	struct origin origin = origin_of_accept();
	struct call *call;

	if (origin.via == A4T_VIA_SYSCALL || !is_wanted_caller(current_task()))
		return NULL;
	call = own_call();
	if (!call)
		return NULL;
	blank(call);
	call->event.head.type = A4T_EVENT_ACCEPT4;
	call->event.head.via = origin.via;
	call->event.head.syscall = origin.syscall;
	call->event.head.enter_ns = now_ns();
	if (filter.calls & call_of(&call->event.head)) {
		read_listener(call, listener);
		if (!listener || is_wanted_listener(&call->event.head))
			return call;
	}
	call->state = CALL_NONE;
	return NULL;
}

static __always_inline void take_connection(struct call *call, struct sock *sk, struct socket *newsock)
{
	read_accepted(call, newsock, sk, now_ns());
	read_queue_and_handshake(call, queue_owner(call), sk);
}

/* Completes and sends an accept that has no traced exit. */
static __always_inline void finish_other(struct call *call, __u64 id, struct sock *sk, struct socket *newsock)
{
	struct accept_event *event = &call->event.head;

	take_connection(call, sk, newsock);
	event->exit_ns = event->accepted_ns;
	/* If the listener is unknown, filter by the local address of the connection. */
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
 * Looks up the new fd at exit if no hook has seen the connection. Sets A4T_PEER_RACY if another task may have
 * closed or replaced the fd since fd_install(). Ignores a socket that cannot be a connection of this
 * listener.
 */
static __always_inline void look_up_accepted(struct call *call, __u32 fd)
{
	struct accept_event *event = &call->event.head;
	struct task_struct *task = current_task();
	struct open_files files = open_files_of(task);
	struct sock *sk, *listener = NULL;
	struct socket *sock;

	if (call->shared_files || shares_files(task))
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
		listener = queue_owner(call);
	read_queue_and_handshake(call, listener, sk);
}

/* Reads `len` bytes of the caller's memory at addr_ptr, at most A4T_USER_ADDR. */
static __always_inline void read_user_bytes(struct call *call, __u32 len)
{
	struct accept_event *event = &call->event.head;
	__u64 wanted = at_most(len, A4T_USER_ADDR);

	/* This read fills user_addr and user_addr_more, which are adjacent. */
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
	event->flags |= A4T_HAS_ADDRLEN_OUT;
	len = event->addrlen_out;
	if (event->flags & A4T_HAS_ADDRLEN_IN && (__u32)event->addrlen_in < len)
		len = event->addrlen_in;
	read_user_bytes(call, len);
}

#endif
