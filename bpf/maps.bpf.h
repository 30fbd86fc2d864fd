/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the programs share: settings, targets, calls in flight, the ring, losses. */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "kernel_reads.bpf.h"
#include "accept_event.h"

/* Settings, fixed before loading. */
const volatile __u32
	pid_namespace;		/* inode of the reader's, 0 = the initial one: whose numbers all ids are */
const volatile long accept4_nr; /* syscall number of accept4 on this processor */
const volatile long accept_nr;	/* of accept, -1 = not wanted */
const volatile bool stacks_wanted;
const volatile __s64 clock_offset_ns; /* by which the reader's clock is ahead of the kernel's */

/* Set by the native library once the hooks have proved themselves. */
bool trace_all;	     /* every process is a target */
__u64 live_since_ns; /* when targets were first set */

__s64 forked_alive; /* FORKED targets that have not ended yet */

/* Threads that were in a call when they became a target have been announced in `calls`. */
bool calls_announced;

__u64 awake_until_ns; /* until then the reader looks by itself; also written by it */

bool entries_lost; /* `calls` was full once: a call without an entry proves nothing any more */

enum call_state {
	CALL_ANNOUNCED, /* the thread may have been in one when it became a target: all of it is zero */
	CALL_RUNNING,
	CALL_OVER,
};

/* A thread's call between its entry and its exit, growing into the event; then kept for its next one. */
struct call {
	struct accept_event_long event;
	struct file *file;	 /* behind the fd at entry; only for comparing */
	struct socket *listener; /* the kernel's; read only while the call or an fd holds it */
	__u32 state;		 /* enum call_state */
	__u32 pad;
};

/* How a process became a target. */
enum { NAMED = 1, FORKED = 2 };

/* Not preallocated: with -f there can be many, but seldom are. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u32);	   /* tgid */
	__type(value, __u8);	   /* NAMED or FORKED */
} targets SEC(".maps");

/*
 * By thread, from its first call to its end: to put an entry in and take it out again
 * takes longer than all else at the entry of a call. Not an LRU map: that would evict the
 * oldest calls, which are exactly those that have been blocked the longest. Threads that
 * may have been in a call when they became a target are entered by the native library.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u32);	   /* tid */
	__type(value, struct call);
} calls SEC(".maps");

/* Where a call is put together that has no entry in `calls`, or not yet. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct call);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024); /* resized before loading */
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, A4T_LOSS_KINDS);
	__type(key, __u32);
	__type(value, __u64);
} losses SEC(".maps");

/* In the reader's clock, as all times of an event. */
static __always_inline __u64 now_ns(void)
{
	return bpf_ktime_get_ns() + clock_offset_ns;
}

/*
 * At most `max`, in a way that the verifier can follow: 64 bits wide, as a
 * narrower value would be tested in a copy, and hidden from the optimizer, which
 * would go back to using the value from before the test.
 */
static __always_inline __u64 at_most(__u64 len, __u64 max)
{
	barrier_var(len);
	if (len > max)
		len = max;
	barrier_var(len);
	return len;
}

/* The process's name is that of its first thread. */
static __always_inline void read_process_comm(char comm[A4T_COMM_LEN])
{
	struct task_struct *task = current_task(), *leader = READ(task->group_leader);

	bpf_core_read_str(comm, A4T_COMM_LEN, &leader->comm);
}

/* Namespaces of process ids can be nested so deep (MAX_PID_NS_LEVEL). */
#define PID_LEVELS 33

/* The reader's number for a process or thread; 0 when it has none, being outside of its namespace. */
static __always_inline __u32 number_of(struct pid *pid)
{
	void *numbers = (void *)pid + bpf_core_field_offset(pid->numbers);
	unsigned int level;

	if (!pid_namespace)
		return READ(pid->numbers[0].nr);
	level = READ(pid->level);
	for (unsigned int i = 0; i < PID_LEVELS && i <= level; i++) {
		struct upid *number = numbers + i * bpf_core_type_size(struct upid);

		if (BPF_CORE_READ(number, ns, ns.inum) == pid_namespace)
			return BPF_CORE_READ(number, nr);
	}
	return 0;
}

/* Also for the last but one, if they end at once. */
static __always_inline bool is_last_thread(struct task_struct *task)
{
	struct signal_struct *signal = READ(task->signal);

	return READ(signal->live.counter) == 0;
}

static __always_inline __u32 tgid_of(struct task_struct *task)
{
	struct task_struct *leader;

	if (!pid_namespace)
		return READ(task->tgid);
	leader = READ(task->group_leader);
	return number_of(READ(leader->thread_pid));
}

/* As bpf_get_current_pid_tgid(), tgid << 32 | tid, in the reader's numbers. */
static __always_inline __u64 current_id(void)
{
	struct task_struct *task;

	if (!pid_namespace)
		return bpf_get_current_pid_tgid();
	task = current_task();
	return (__u64)tgid_of(task) << 32 | number_of(READ(task->thread_pid));
}

static __always_inline bool is_target(__u32 tgid)
{
	return (trace_all && tgid) || bpf_map_lookup_elem(&targets, &tgid);
}

static __always_inline void count_loss(__u32 kind)
{
	__u64 *count = bpf_map_lookup_elem(&losses, &kind);

	if (count)
		(*count)++;
}

/* Names and user bytes stay as they were: their lengths say what counts. */
static __always_inline void blank(struct call *call)
{
	__builtin_memset(&call->event.head, 0, sizeof(call->event.head));
	call->file = NULL;
	call->listener = NULL;
	call->state = CALL_RUNNING;
}

/* What describes a listener. */
#define LISTENER_FLAGS (A4T_HAS_LISTENER | A4T_LISTENER_PEER | A4T_REUSEPORT | A4T_PASSCRED)
#define EVENT_BEFORE   __builtin_offsetof(struct accept_event, protocol)
#define EVENT_BEHIND   __builtin_offsetof(struct accept_event, accepted)

/* All but the listener: the next call is most often on the same. */
static __always_inline void blank_but_listener(struct call *call)
{
	struct accept_event *event = &call->event.head;
	__u32 flags = event->flags & LISTENER_FLAGS, netns = event->netns;

	__builtin_memset(event, 0, EVENT_BEFORE);
	__builtin_memset((void *)event + EVENT_BEHIND, 0, sizeof(*event) - EVENT_BEHIND);
	event->flags = flags;
	event->netns = netns;
	call->state = CALL_RUNNING;
}

static __always_inline struct call *blank_call(void)
{
	__u32 zero = 0;
	struct call *call = bpf_map_lookup_elem(&scratch, &zero);

	if (call)
		blank(call);
	return call;
}

#endif
