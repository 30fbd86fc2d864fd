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
const volatile bool has_connection_hook; /* accepted sockets are seen before anybody can close them */
const volatile __s64 clock_offset_ns;	 /* by which the reader's clock is ahead of the kernel's */

/* Set by the native library once the hooks have proved themselves. */
bool trace_all;	     /* every process is a target */
__u64 live_since_ns; /* when targets were first set */

__s64 forked_alive; /* FORKED targets that have not ended yet */

/* Threads that were in a call when they became a target have been announced in `calls`. */
bool calls_announced;

__u64 awake_until_ns; /* until then the reader looks by itself; also written by it */

/* From then on a call without a recorded entry is not proof of a seccomp filter. */
bool entry_ever_lost;  /* `calls` was full */
bool run_ever_skipped; /* the kernel skipped a run of an entry or exit program; also written by the library */

enum call_state {
	CALL_NONE,	/* the thread is in no call that is known */
	CALL_ANNOUNCED, /* it was in one when it became a target, and has not left it yet */
	CALL_UNWANTED,	/* its caller was not wanted at entry: only enter_ns is recorded */
	CALL_RUNNING,
};

/*
 * A thread's state: its call between entry and exit, growing into the event, and then kept
 * for the next one. Written by programs that run in the thread itself; only the walk over
 * all tasks (tasks.bpf.h) looks at other threads' entries, and inserts them where there are none.
 */
struct call {
	struct accept_event_long event;
	struct file *file;	 /* behind the fd at entry; only for comparing */
	struct socket *listener; /* the kernel's; read only while the call or an fd holds it */
	__u64 owner;		 /* bpf_get_current_pid_tgid() of the thread; 0 = nobody's yet */
	__u64 cgroup;		 /* of the thread when the entry was made */
	__u64 related_ns;	 /* entry of the related call that the thread is in, 0 = none is known */
	__u64 marked_ns; /* enter_ns of a call whose exit the walk over all tasks found to be missing */
	__u32 state;	 /* enum call_state */
	__u32 pad;
};

/* Fills new entries. */
static const struct call no_call;

/* How a process became a target. */
enum { NAMED = 1, FORKED = 2 };

/*
 * Preallocated, as every map here: without that, kernels before 6.1 warn and taint themselves,
 * and with PREEMPT_RT refuse the program (check_map_prog_compatibility() in kernel/bpf/verifier.c).
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u32);	   /* tgid */
	__type(value, __u8);	   /* NAMED or FORKED */
} targets SEC(".maps");

/*
 * By thread, from its first call to its end: inserting and deleting an entry for each call
 * would take longer than all else at its entry. Not an LRU map: that would evict the
 * oldest calls, which are exactly those that have been blocked the longest.
 *
 * The key is the address of the thread's task_struct. Unlike its id, that stays the same
 * when a thread other than the leader calls execve(), and takes the leader's id. A new
 * thread may get the address of one whose end was not seen: `owner` tells them apart.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u64);	   /* struct task_struct * */
	__type(value, struct call);
} calls SEC(".maps");

/*
 * Who uses which slot of `scratch`. A program can be preempted by another one, but not by one of the
 * same slot on the same processor: the kernel runs no program on a perf event while another one is
 * active there (bpf_prog_active), and no program on a raw tracepoint while itself is (bpf_prog.active).
 */
enum scratch_slot {
	SCRATCH_PERF_EVENTS, /* programs on tracepoints and kprobes */
	SCRATCH_THREAD_EXIT,
	SCRATCH_SLOTS,
};

/* Where an event is put together that has no entry in `calls`. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS);
	__type(key, __u32);
	__type(value, struct call);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024); /* resized before loading */
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, A4T_COUNTERS);
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

/* Of enum a4t_loss or enum a4t_found. Atomic: a program can be preempted by another one. */
static __always_inline void count(__u32 kind)
{
	__u64 *counter = bpf_map_lookup_elem(&losses, &kind);

	if (counter)
		__sync_fetch_and_add(counter, 1);
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

static __always_inline struct call *blank_call(__u32 slot)
{
	struct call *call = bpf_map_lookup_elem(&scratch, &slot);

	if (call)
		blank(call);
	return call;
}

/* The current thread's entry, NULL when it has none. */
static __always_inline struct call *call_of_thread(void)
{
	__u64 task = bpf_get_current_task();
	struct call *call = bpf_map_lookup_elem(&calls, &task);

	return call && call->owner == bpf_get_current_pid_tgid() ? call : NULL;
}

/* Makes a new entry, or one that a thread has left behind, the current thread's. */
static __always_inline void claim(struct call *call)
{
	blank(call);
	call->state = CALL_NONE;
	call->related_ns = 0;
	call->cgroup = bpf_get_current_cgroup_id();
	call->owner = bpf_get_current_pid_tgid();
}

/* The current thread's entry, made where there is none; NULL when `calls` is full. */
static __always_inline struct call *own_call(void)
{
	__u64 task = bpf_get_current_task();
	struct call *call = bpf_map_lookup_elem(&calls, &task);

	if (!call) {
		long err = bpf_map_update_elem(&calls, &task, &no_call, BPF_NOEXIST);

		/* -EEXIST: the walk over all tasks has just announced the very call that is beginning. */
		if (err && err != -EEXIST) {
			count(A4T_LOST_INFLIGHT_FULL);
			entry_ever_lost = true;
			return NULL;
		}
		call = bpf_map_lookup_elem(&calls, &task);
	}
	if (call && call->owner != bpf_get_current_pid_tgid())
		claim(call);
	return call;
}

#endif
