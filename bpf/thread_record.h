/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The records of a snapshot of threads: the contract between its program, the native library and the Java
 * reader. Each thread of user space has one struct a4t_thread. Ids and times are as in accept_event.h.
 */
#ifndef THREAD_RECORD_H
#define THREAD_RECORD_H

#include "accept_event.h"

enum a4t_thread_state {
	A4T_THREAD_OTHER,   /* ending, frozen, ... */
	A4T_THREAD_RUNNING, /* on a CPU, or waiting for one */
	A4T_THREAD_ASLEEP,  /* interruptible */
	A4T_THREAD_DISK,    /* uninterruptible, "D" in /proc */
	A4T_THREAD_STOPPED, /* by a signal or a debugger, "T" or "t" in /proc */
};

enum a4t_thread_flag {
	A4T_THREAD_HAS_CALL = 1 << 0,	/* number and arguments are those of the call that the thread is in */
	A4T_THREAD_COMPAT = 1 << 1,	/* the call uses the 32-bit system call table */
	A4T_THREAD_HAS_SOCKET = 1 << 2, /* the first argument is the fd of `socket` */
	A4T_THREAD_HAS_RECEIVED = 1 << 3,  /* received is known */
	A4T_THREAD_HAS_CPU_TIMES = 1 << 4, /* on_cpu_ns and run_delay_ns are known */
};

struct a4t_thread {
	__u32 tgid;
	__u32 tid;
	__u32 state;	    /* enum a4t_thread_state */
	__u32 flags;	    /* enum a4t_thread_flag */
	__u64 off_cpu_ns;   /* since it was last on a CPU; 0 = unknown */
	__u64 on_cpu_ns;    /* time spent on a CPU; up to a tick too low if the thread is running */
	__u64 run_delay_ns; /* time spent ready, but not on a CPU; excludes a wait that has not ended yet */
	__s64 number;	    /* of the system call */
	__u64 arguments[A4T_ARGUMENTS];
	__u64 received; /* bytes that the peer of the socket has sent so far; TCP only */
	struct a4t_socket socket;
	struct a4t_endpoint peer; /* of an IP socket */
	__u32 peer_pid;		  /* AF_UNIX: the process at the other end; 0 = unknown */
	__u32 pad;
	char peer_comm[A4T_COMM_LEN]; /* its name now, empty if it has ended */
	char comm[A4T_COMM_LEN];      /* name of the thread */
};

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_thread_state(value) \
	value(A4T_THREAD_OTHER) value(A4T_THREAD_RUNNING) value(A4T_THREAD_ASLEEP) \
	value(A4T_THREAD_DISK) value(A4T_THREAD_STOPPED)

#define A4T_VALUES_a4t_thread_flag(value) \
	value(A4T_THREAD_HAS_CALL) value(A4T_THREAD_COMPAT) value(A4T_THREAD_HAS_SOCKET) \
	value(A4T_THREAD_HAS_RECEIVED) value(A4T_THREAD_HAS_CPU_TIMES)

#define A4T_FIELDS_a4t_thread(field, s) \
	field(s, tgid) field(s, tid) field(s, state) field(s, flags) field(s, off_cpu_ns) \
	field(s, on_cpu_ns) field(s, run_delay_ns) field(s, number) field(s, arguments) \
	field(s, received) field(s, socket) field(s, peer) field(s, peer_pid) field(s, pad) \
	field(s, peer_comm) field(s, comm)
/* clang-format on */

A4T_ALL_VALUES(a4t_thread_state);
A4T_ALL_VALUES(a4t_thread_flag);
A4T_ALL_FIELDS(a4t_thread);

#endif
