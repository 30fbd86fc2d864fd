/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* State that the programs share: settings, targets, calls in flight, the ring buffer, losses. */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "kernel_reads.bpf.h"
#include "accept_event.h"

/* Settings, fixed before loading. */
const volatile __u32 pid_namespace; /* inode of the reader's PID namespace, 0 = the initial one */
const volatile long accept4_nr;	    /* system call number of accept4 on this processor */
const volatile long accept_nr;	    /* of accept; -1 = not wanted */
const volatile bool stacks_wanted;
const volatile bool turned_away_wanted;
const volatile bool has_twins;		 /* see enum passage */
const volatile bool by_fentry;		 /* see enum passage */
const volatile bool has_connection_hook; /* a program sees accepted sockets before anyone can close them */
const volatile __s64 clock_offset_ns;	 /* the reader's CLOCK_MONOTONIC minus the kernel's */
const volatile __u64 jiffy_ns;		 /* the length of a jiffy */

/* Whether records must contain the caller's cgroup. Set by the native library before it attaches hooks. */
bool cgroups_wanted;

/* Set by the native library after the proof call has shown that the hooks work. */
bool trace_all;	     /* every process is a target */
bool stopped;	     /* no process is a target any more */
__u64 live_since_ns; /* when targets were first set */

__s64 forked_alive; /* FORKED targets that have not ended yet */

/* Whether `calls` has an entry for each thread that was in a call when it became a target. */
bool calls_announced;

/* With `by_fentry`: accepts in progress when their thread became a target, which have not ended yet. */
__s64 unfinished_calls;

/*
 * Until this time, the reader polls the ring without being woken. Written by the programs and the library:
 * see native/state.h.
 */
__u64 awake_until_ns;

/*
 * A call that seccomp answers is not recorded at its entry. If either of these flags is set, there may be
 * another reason why an entry was not recorded; see why_unseen().
 */
bool entry_ever_lost;  /* `calls` was full once */
bool run_ever_skipped; /* the kernel skipped an entry or exit program once; the library sets it too */

/*
 * The return value of programs on tracepoints. After a 0, perf does not pass the event on to other users of
 * the tracepoint, and e.g. a concurrent `perf stat` would count nothing (trace_call_bpf() in
 * kernel/trace/bpf_trace.c). Programs on kprobes return 0, because their perf events have no other users, and
 * perf does not record a sample after a 0.
 */
#define KEEP_FOR_OTHERS 1

enum call_state {
	CALL_NONE,	/* the thread is in no known call */
	CALL_ANNOUNCED, /* the thread was in a call when it became a target and has not left the call yet */
	CALL_UNWANTED,	/* filtered out at entry; only enter_ns and what is_still_unwanted() needs is recorded
			 */
	CALL_RUNNING,
};

/* Why a call is CALL_UNWANTED. */
enum unwanted {
	UNWANTED_CALL,	   /* its kind, its fd or the caller's uid, which cannot change during the call */
	UNWANTED_CALLER,   /* the caller's name or cgroup */
	UNWANTED_LISTENER, /* its socket */
};

enum verdict {
	VERDICT_OPEN,
	VERDICT_WANTED,
	VERDICT_UNWANTED,
};

/*
 * Since Linux 7.2, a program on a system call's tracepoint can be preempted. While a program is preempted,
 * the kernel skips this program (but no other) for all other tasks on that CPU
 * (bpf_prog_run_array_sleepable() in include/linux/bpf.h). So the library attaches two equal programs, called
 * twins, to each tracepoint except those of related calls. The first twin records that it has run. The second
 * twin runs after the first, and does the work if there is no such record.
 *
 * With `by_fentry`, programs on __sys_accept4() replace those on tracepoints. A call that was in this
 * function before the program at its exit was attached does not run that program. So a program on the exit
 * tracepoints is the second twin of the program on the exit of the function, but only handles such calls.
 */
enum passage {
	PASSED_NOTHING,
	PASSED_ENTRY,
	PASSED_EXIT,
};

/*
 * The state of a thread. `event` is filled in from entry to exit and kept afterwards, so that the next call
 * can reuse the listener. Only programs running in the thread itself write its entry, with one exception: the
 * walk over all tasks (tasks.bpf.h) inserts missing entries, and marks and ends calls that their threads
 * have already left. The fields that decide whether a call is of interest come first, so that they share a
 * cache line or two.
 */
struct call {
	__u64 owner;		 /* bpf_get_current_pid_tgid() of the thread; 0 = unclaimed */
	__u64 id;		 /* current_id() of the thread */
	__u32 state;		 /* enum call_state */
	__u32 passed;		 /* enum passage */
	__u32 unwanted;		 /* enum unwanted, if CALL_UNWANTED */
	__u32 verdict;		 /* enum verdict: whether `listener` passes the filters */
	__u32 shared_files;	 /* whether the thread shared its open files when the call was first seen */
	__u32 unfinished;	 /* whether the call is one of `unfinished_calls` */
	struct file *file;	 /* file behind the fd at entry; compared, never read */
	struct socket *listener; /* read only while the call or an fd holds a reference */
	struct accept_event_long event;
	struct sock *connection; /* key in `accepted_sockets` while the call has not returned; never read */
	__u64 cgroup;		 /* of the thread when it claimed the entry */
	__u64 related_ns;	 /* entry of the related call that the thread is in, 0 = unknown */
	__u64 marked_ns;	 /* enter_ns of the call that WALK_MARK found to be over */
};

/* The initial value of an entry. */
static const struct call no_call;

/* How a process became a target. */
enum { NAMED = 1, FORKED = 2 };

/*
 * Preallocated, like every map here. Otherwise, kernels before 6.1 warn and taint themselves; with
 * PREEMPT_RT, they refuse the program (check_map_prog_compatibility() in kernel/bpf/verifier.c).
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u32);	   /* tgid */
	__type(value, __u8);	   /* NAMED or FORKED */
} targets SEC(".maps");

/*
 * One entry per thread. It stays from the first call to the end of the thread, because inserting and deleting
 * an entry for each call would cost more than the rest of the entry program. Not an LRU map, which would
 * evict exactly the calls that have been blocked the longest.
 *
 * The key is the address of the thread's task_struct. The tid is not suitable, because a thread that calls
 * execve() takes the leader's tid. If the end of a thread was missed, a new thread can get the same address;
 * `owner` distinguishes them.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized before loading */
	__type(key, __u64);	   /* struct task_struct * */
	__type(value, struct call);
} calls SEC(".maps");

/*
 * The slots of `scratch`. Programs that use the same slot never interrupt each other on the same CPU, because
 * the programs keep the processor (see keep_processor_on_event()), and programs that run in an interrupt have
 * a slot of their own.
 */
enum scratch_slot {
	SCRATCH_PERF_EVENTS, /* programs on tracepoints and kprobes */
	SCRATCH_THREAD_EXIT, /* end_thread(), on a raw tracepoint */
	SCRATCH_INTERRUPT,   /* socket_state() and socket_destroyed(), also in soft interrupts */
	SCRATCH_SLOTS,
};

/* Buffers for events that are not built in an entry of `calls`. */
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

/* Whether events that do not come from a traced thread are wanted. For the others, see traced_id() and
 * is_target(). */
static __always_inline bool is_live(void)
{
	return live_since_ns && !stopped;
}

/* The time in the reader's clock, which all times of an event use. */
static __always_inline __u64 now_ns(void)
{
	return bpf_ktime_get_ns() + clock_offset_ns;
}

/*
 * The lesser of `len` and `max`, in a form that the verifier can follow. The values have 64 bits, because the
 * compiler would extend a narrower value and compare the copy. The verifier would then learn nothing about
 * the value itself. barrier_var() keeps the optimizer from using the value from before the comparison.
 */
static __always_inline __u64 at_most(__u64 len, __u64 max)
{
	barrier_var(len);
	if (len > max)
		len = max;
	barrier_var(len);
	return len;
}

/*
 * Counts an enum a4t_loss or enum a4t_found. Atomic, because a program that does not call keep_processor()
 * can be preempted by another one.
 */
static __always_inline void count(__u32 kind)
{
	__u64 *counter = bpf_map_lookup_elem(&losses, &kind);

	if (counter)
		__sync_fetch_and_add(counter, 1);
}

/* The flags that describe the listener. */
#define LISTENER_FLAGS (A4T_HAS_LISTENER | A4T_LISTENER_PEER | A4T_REUSEPORT | A4T_PASSCRED)

#endif
