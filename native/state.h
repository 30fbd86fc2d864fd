/* SPDX-License-Identifier: MIT */
/*
 * struct a4t, the state of one session. Each part belongs to one folder, whose files write it. Other files
 * only read it. session/open.c sets the initial values. Functions are declared in the folders' headers.
 *
 * The tracing thread opens, uses and closes a session. Two exceptions:
 *   - any thread and any signal handler may call a4t_wake(), which reads `events.wake_fd`
 *   - the signal handlers of process/signals.c write `events.signal`
 * a4t_prepare() runs in a thread of its own, on a struct a4t of its own (load/prepare.c).
 *
 * Variables that the BPF programs share with the library are in skel->bss, mapped into this process:
 *   live_since_ns, trace_all, stopped, calls_announced, walk_purpose   written by targets/ only
 *   cgroups_wanted     written by session/open.c only
 *   unfinished_calls   counted up and down by the programs
 *   sees_room_waits    written by load/unix_waits.c only
 *   forked_alive       counted up and down by the programs; counted down by targets/ if they missed an end
 *   awake_until_ns     written by the programs, session/poll.c and targets/; a lost update costs one wake-up
 *   run_ever_skipped   written by the programs and events/losses.c; only ever set to true
 * The variables in skel->rodata are fixed by load/programs.c before the programs are loaded.
 */
#ifndef STATE_H
#define STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <bpf/libbpf.h>
#include "a4t.h"
#include "accept4_trace.skel.h"
#include "events/ring.h"

/*
 * Indexes of hooks.links. detach_hooks() detaches in this order. Exits come after entries, because a call
 * whose exit is not seen would stay in the map `calls`. A twin does the work of its program if the kernel
 * skips that program; see bpf/README.md.
 */
enum {
	LINK_ENTER,
	LINK_ENTER_TWIN,
	LINK_EXIT,
	LINK_EXIT_TWIN,
	LINK_ACCEPT_ENTER,
	LINK_ACCEPT_ENTER_TWIN,
	LINK_ACCEPT_EXIT,
	LINK_ACCEPT_EXIT_TWIN,
	LINK_ENTER_FENTRY,
	LINK_EXIT_FEXIT,
	LINK_UNFINISHED_EXIT,
	LINK_UNFINISHED_ACCEPT_EXIT,
	LINK_LISTENER_KPROBE,
	LINK_LISTENER_FENTRY,
	LINK_CONNECTION_KPROBE,
	LINK_CONNECTION_FENTRY,
	LINK_CONNECTION_INSTALL,
	LINK_UNIX_KPROBE,
	LINK_UNIX_FENTRY,
	LINK_UNIX_FULL_KPROBE,
	LINK_UNIX_FULL_FENTRY,
	LINK_UNIX_BEGIN_KPROBE,
	LINK_UNIX_BEGIN_FENTRY,
	LINK_THREAD_EXIT,
	LINK_THREAD_EXIT_TWIN,
	LINK_FORK,
	LINK_FORK_TWIN,
	LINK_CONNECTION_ENDS,
	LINK_SYN_KPROBE,
	LINK_ACK_KPROBE,
	LINK_ACK6_KPROBE,
	LINK_SYN_FENTRY,
	LINK_ACK_FENTRY,
	LINK_ACK6_FENTRY,
	LINK_PACKET_DROPPED,
	LINK_SYNACK_REPEATED,
	LINK_LISTEN_EXIT,
	LINK_LISTEN_FEXIT,
	LINK_UNIX_CONNECTED,
	LINK_UNIX_FOUND,
	LINK_CONNECT_EXIT,
	LINK_SOCKET_STATE,
	LINK_SOCKET_DESTROYED,
	LINK_SOCKET_ERROR,
	LINK_UNIX_RELEASED,
	LINK_UNIX_DROPPED,
	LINKS
};

/* Calls other than accept4 and accept; the last is restart_syscall. */
#define RELATED_CALLS (A4T_SYSCALLS - A4T_FIRST_RELATED + 1)

/* Switches of the kernel that silence attached hooks: events/silence.c. */
enum { SWITCH_FTRACE, SWITCH_KPROBES, SWITCHES };

struct process; /* targets/targets.h */

struct a4t {
	struct accept4_trace *skel; /* load/programs.c, load/prepare.c; NULL = not loaded */

	/* From the configuration; written by load/, before anything is attached. */
	struct {
		bool follow;
		bool stacks;
		bool turned_away;
		bool unix_listeners; /* AF_UNIX listeners can pass the filters */
		bool tcp_listeners;  /* likewise, TCP */
		uint32_t calls;	     /* enum a4t_call */
		int cgroup;	     /* an fd; only tasks of this cgroup are traced; -1 = all tasks */
	} wanted;

	/* load/; NULL and -1 = not attached */
	struct {
		struct bpf_link *links[LINKS];
		struct bpf_link *related[RELATED_CALLS][2]; /* exit, enter */
		bool has_kprobes, has_fentry;		    /* any of `links` is a kprobe, or fentry */
		int task_walk;				    /* a BPF link; each walk is an iterator of it */
		int held_walk;				    /* likewise, for walk_held() */
		enum a4t_probe probe;			    /* of the rung in use */
		enum a4t_coverage refusals;		    /* which refused TCP connections the hooks see */
		enum a4t_coverage unix_refusals;	    /* likewise, AF_UNIX */
		enum a4t_coverage closings;	 /* which resets by closed TCP listeners they see */
		enum a4t_coverage unix_closings; /* likewise, AF_UNIX */
		char note[256];			 /* why the best rung is not in use; may be empty */
		int unavailable; /* the negative errno of the best rung that is not available; 0 = none */
	} hooks;

	/* events/; session/poll.c writes recheck_until_ns, rechecks and *awake_until_ns */
	struct {
		struct ring ring;
		int epoll_fd;		 /* -1 = closed */
		int wake_fd;		 /* an eventfd; -1 = closed */
		atomic_int signal;	 /* the last one caught; 0 = none */
		uint64_t last_record_ns; /* exit_ns of the last record read */
		__u64 *awake_until_ns;	 /* in skel->bss; CLOCK_MONOTONIC of the records, see A4T_AWAKE_NS */
		uint64_t recheck_until_ns; /* CLOCK_MONOTONIC; until then, records may come without wake-up */
		bool rechecks;		   /* one more check after recheck_until_ns is still due */
		int switches[SWITCHES];	   /* fds of their files; -1 = unknown, or no hook depends on it */
	} events;

	/* targets/ */
	struct {
		struct process *processes; /* all that were given to a4t_trace_process(), in that order */
		uint32_t count;
		uint32_t alive;	   /* number of `processes` whose pidfd is open */
		bool announce_due; /* new targets may be in calls that have no entry in the map `calls` yet */
		bool stopped_all;  /* at a4t_stop(), every process was traced */
		uint32_t *stopped; /* ids of the processes that were traced at a4t_stop() */
		uint32_t stopped_count;
	} targets;

	/* process/; the pipes to the command are open from a4t_spawn() to a4t_release() */
	struct {
		int go;	    /* a pipe; a byte in it lets the command run */
		int report; /* a pipe; gets an errno if exec fails */
		int guard;  /* id of the process that kills the command; 0 = none */
		int leash;  /* a pipe; the guard acts once this end is closed */
	} command;
};

#endif
