/* SPDX-License-Identifier: MIT */
/* Finds the BTF ids of kernel functions. */
#ifndef LOAD_FUNCTIONS_H
#define LOAD_FUNCTIONS_H

#include <linux/types.h>
#include "typed_reads.h"

/* The functions that refuse SYNs, and the last ACK of a handshake over IPv4 and over IPv6. */
#define SYN_FUNCTION  "tcp_conn_request"
#define ACK_FUNCTION  "tcp_v4_syn_recv_sock"
#define ACK6_FUNCTION "tcp_v6_syn_recv_sock"
/* Called by listen(). */
#define LISTEN_FUNCTION "__sys_listen"

/* The kernel functions whose BTF ids are looked up. */
enum kernel_function {
#define FUNCTION(name, number) FUNCTION_##name,
	A4T_KFUNCS(FUNCTION)
#undef FUNCTION
		FUNCTION_WALK_TASKS, /* the functions that the programs of walks.h attach to */
	FUNCTION_WALK_FILES,
	FUNCTION_UNIX_FIND_OTHER, /* the functions of AF_UNIX that refused_unix.h attaches to */
	FUNCTION_UNIX_STREAM_CONNECT,
	FUNCTION_UNIX_WAIT_FOR_PEER, /* unix_waits.h */
	FUNCTION_SYN,		     /* refusals.h */
	FUNCTION_ACK,
	FUNCTION_ACK6,
	FUNCTION_LISTEN,
	FUNCTION_FAULTABLE, /* exists if programs on tracepoints of system calls can be preempted */
	FUNCTIONS,
};

/* Stores the BTF id of a function of the kernel in `functions`, if it is one of enum kernel_function. */
void note_function(__u32 functions[FUNCTIONS], __u32 id, const char *name);

#endif
