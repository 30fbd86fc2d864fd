/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Related calls: bind, listen, and calls that wait for many files at once and return a ready listener. Their
 * arguments are read at exit, from the saved registers. The entry program only records the time.
 */
#ifndef RELATED_BPF_H
#define RELATED_BPF_H

#include "known_listeners.bpf.h"

/* System call numbers by enum a4t_syscall; the last is restart_syscall. -1 = none on this processor. */
const volatile long related_nr[A4T_SYSCALLS + 1];

/* The maximum number of results of a wait call that are read from the caller's memory. */
#define RESULTS 64

struct pollfd {
	__u32 fd;
	__u16 events;
	__u16 revents;
};

/* Layout of the UAPI's struct epoll_event in 32-bit words. It is packed only on x86. */
#if defined(__TARGET_ARCH_x86)
#define EPOLL_WORDS 3
#define EPOLL_DATA  1
#else
#define EPOLL_WORDS 4
#define EPOLL_DATA  2
#endif

struct waited {
	struct listener_fds known;
	__u32 count; /* entries of `polled` or `epolled` */
	__u32 ready; /* entries of `ready_fds` */
	__u32 ready_fds[LISTENERS_KNOWN];
	union {
		struct pollfd polled[RESULTS];
		__u32 epolled[RESULTS * EPOLL_WORDS];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct waited);
} waited_scratch SEC(".maps");

static __always_inline struct waited *blank_waited(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&waited_scratch, &zero);
}

static __always_inline bool is_selected(struct pt_regs *regs, __u32 fd)
{
	__u64 *set = (void *)argument(regs, 1), word = 0;

	if (fd >= argument(regs, 0) || !set)
		return false;
	bpf_probe_read_user(&word, sizeof(word), set + fd / 64);
	return word >> fd % 64 & 1;
}

static __always_inline bool is_polled(const struct waited *waited, __u32 fd)
{
	for (__u32 i = 0; i < RESULTS && i < waited->count; i++)
		if (waited->polled[i].fd == fd && waited->polled[i].revents & (POLLIN | POLLRDNORM))
			return true;
	return false;
}

static __always_inline bool is_epolled(const struct waited *waited, __u64 data)
{
	for (__u32 i = 0; i < RESULTS && i < waited->count; i++) {
		const __u32 *words = &waited->epolled[i * EPOLL_WORDS + EPOLL_DATA];

		if (words[0] == (__u32)data && words[1] == data >> 32)
			return true;
	}
	return false;
}

/* The maximum number of a file's epoll instances that are searched. Each worker may have its own. */
#define WATCHERS 64

static __always_inline void *next_watcher(void *node)
{
	void *next = NULL;

	/* `next` is the first member of both struct hlist_node and struct list_head. */
	bpf_probe_read_kernel(&next, sizeof(next), node);
	return next;
}

static __always_inline void *first_watcher(struct file *file)
{
	struct file___list *older = (void *)file;

	if (bpf_core_field_exists(file->f_ep)) {
		struct hlist_head *head = READ(file->f_ep);

		return head ? next_watcher(head) : NULL;
	}
	return next_watcher((void *)file + bpf_core_field_offset(older->f_ep_links));
}

static __always_inline struct epitem *item_of(void *node)
{
	struct epitem *item = NULL;
	struct epitem___list *older = NULL;

	if (bpf_core_field_exists(((struct file *)0)->f_ep))
		return node - bpf_core_field_offset(item->fllink);
	return node - bpf_core_field_offset(older->fllink);
}

/*
 * epoll returns the data that the program registered for a file, not the fd. If a program registers the same
 * data for two files, they cannot be distinguished.
 */
static __always_inline bool is_epolled_listener(const struct waited *waited, void *instance, __u32 fd)
{
	struct file *file = file_of_fd(fd);
	void *node = file ? first_watcher(file) : NULL;

	for (int i = 0; i < WATCHERS && node; i++) {
		struct epitem *item = item_of(node);

		if (BPF_CORE_READ(item, ep) == instance)
			return is_epolled(waited, BPF_CORE_READ(item, event.data));
		node = next_watcher(node);
	}
	return false;
}

static __always_inline bool is_select(__u32 syscall)
{
	return syscall == A4T_SYSCALL_SELECT || syscall == A4T_SYSCALL_PSELECT6;
}

static __always_inline bool is_poll(__u32 syscall)
{
	return syscall == A4T_SYSCALL_POLL || syscall == A4T_SYSCALL_PPOLL;
}

/* Copies the results of a poll or epoll_wait variant from the caller's memory. */
static __always_inline bool read_results(struct waited *waited, struct pt_regs *regs, __u32 syscall, long ret)
{
	__u64 size = is_poll(syscall) ? sizeof(struct pollfd) : EPOLL_WORDS * sizeof(__u32);
	__u64 count = is_poll(syscall) ? argument(regs, 1) : ret;
	void *results = (void *)argument(regs, is_poll(syscall) ? 0 : 1);

	count = at_most(count, RESULTS);
	waited->count = count;
	size = at_most(size * count, sizeof(waited->epolled));
	return !bpf_probe_read_user(waited->epolled, size, results);
}

static __always_inline bool find_ready(struct waited *waited, struct pt_regs *regs, __u32 syscall, long ret)
{
	struct file *file = NULL;
	void *instance = NULL;

	waited->ready = 0;
	if (!is_select(syscall)) {
		if (!read_results(waited, regs, syscall, ret))
			return false;
		file = is_poll(syscall) ? NULL : file_of_fd(argument(regs, 0));
		instance = file ? READ(file->private_data) : NULL;
		/* Another thread has closed the epoll fd, so it is unknown which listeners are ready. */
		if (!is_poll(syscall) && !instance)
			return false;
	}
	for (__u32 i = 0; i < LISTENERS_KNOWN && i < waited->known.count; i++) {
		__u32 fd = waited->known.fds[i];
		bool ready = is_select(syscall) ? is_selected(regs, fd)
			     : is_poll(syscall) ? is_polled(waited, fd)
						: is_epolled_listener(waited, instance, fd);

		if (ready && is_listener(fd) && waited->ready < LISTENERS_KNOWN)
			waited->ready_fds[waited->ready++] = fd;
	}
	return waited->ready > 0;
}

/* Reads the first ready listener that passes the filters. */
static __always_inline bool read_ready(struct call *call, const struct waited *waited)
{
	struct accept_event *event = &call->event.head;

	event->ready = waited->ready;
	for (__u32 i = 0; i < LISTENERS_KNOWN && i < waited->ready; i++) {
		event->fd = waited->ready_fds[i];
		read_listener(call, socket_of_file(file_of_fd(event->fd)));
		if (is_wanted_listener(event))
			return true;
	}
	return false;
}

/* `arguments` overlays `accepted` and `peer`, so the remote address of a socket that does not listen is lost.
 */
static __always_inline void read_arguments(struct accept_event *event, struct pt_regs *regs)
{
	event->flags &= ~A4T_LISTENER_PEER;
	for (int i = 0; i < A4T_ARGUMENTS; i++)
		event->arguments[i] = argument(regs, i);
}

static __always_inline void read_bound(struct call *call, struct pt_regs *regs)
{
	struct accept_event *event = &call->event.head;
	struct file *file;

	event->fd = argument(regs, 0);
	file = file_of_fd(event->fd);
	read_listener(call, socket_of_file(file));
	if (file && !(event->flags & A4T_HAS_LISTENER))
		event->listener.inode = inode_number(file);
	if (event->syscall == A4T_SYSCALL_LISTEN) {
		read_queue(&call->event.head, queue_owner(call));
		event->flags &= ~A4T_HAS_DROPS;
		return;
	}
	event->addr_ptr = argument(regs, 1);
	read_user_bytes(call, argument(regs, 2));
}

static __always_inline __u32 related_call(struct pt_regs *regs)
{
	long number = current_syscall(regs);

	for (__u32 i = A4T_FIRST_RELATED; i < A4T_SYSCALLS; i++)
		if (related_nr[i] == number)
			return i;
	return number == related_nr[A4T_SYSCALLS] && resumes_poll(regs) ? A4T_SYSCALL_POLL : 0;
}

static __always_inline bool read_related(struct call *call, __u32 tgid, struct pt_regs *regs)
{
	struct accept_event *event = &call->event.head;
	struct waited *waited;

	if (event->syscall < A4T_FIRST_WAIT) {
		read_bound(call, regs);
		if (event->syscall == A4T_SYSCALL_LISTEN && event->ret == 0)
			learn_listener(tgid, event->fd);
		return is_wanted_listener(event);
	}
	waited = event->ret > 0 ? blank_waited() : NULL;
	return waited && know_listeners(&waited->known, tgid) &&
	       find_ready(waited, regs, event->syscall, event->ret) && read_ready(call, waited);
}

static __always_inline void enter_related(void)
{
	struct call *call = own_call();

	if (call)
		call->related_ns = now_ns();
}

/* Called when a thread ends. The listeners are deleted with the last thread of a process. */
static __always_inline void forget_listeners(struct task_struct *task, __u32 tgid)
{
	if (filter.calls & A4T_RELATED_CALLS && is_last_thread(task))
		bpf_map_delete_elem(&listeners, &tgid);
}

/* Returns the beginning of the related call that the thread is leaving, and clears it. */
static __always_inline struct beginning end_related(void)
{
	struct call *call = call_of_thread();
	struct beginning beginning = {.since = call ? call->related_ns : 0};

	if (!beginning.since)
		beginning = unseen_beginning(call, false);
	if (call) {
		call->related_ns = 0;
		if (call->state == CALL_ANNOUNCED)
			call->state = CALL_NONE;
	}
	return beginning;
}

static __always_inline void leave_related(__u64 id, long ret)
{
	struct pt_regs *regs = user_registers();
	struct beginning beginning = end_related();
	__u32 syscall = related_call(regs);
	struct call *call;

	/* The fast path: nearly all wait calls return without a result, or have an unwanted caller. */
	if (!syscall || (syscall >= A4T_FIRST_WAIT && ret <= 0) || !is_wanted_caller(current_task()))
		return;
	call = blank_call(SCRATCH_PERF_EVENTS);
	if (!call)
		return;
	call->event.head.type = A4T_EVENT_RELATED;
	call->event.head.syscall = syscall;
	call->event.head.flags = beginning.why;
	call->event.head.enter_ns = beginning.since;
	call->event.head.exit_ns = now_ns();
	call->event.head.ret = ret;
	if (has_no_result(&call->event.head))
		call->event.head.flags |= A4T_KILLED;
	if (!read_related(call, id >> 32, regs) || !is_wanted_result(&call->event.head))
		return;
	read_task(&call->event.head, id);
	/* Must come last, because reading a socket may write to `peer`, which overlaps `arguments`. */
	read_arguments(&call->event.head, regs);
	send(call);
}

#endif
