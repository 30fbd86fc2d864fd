/* SPDX-License-Identifier: MIT */
/*
 * What helper programs have in common. A helper is started with all privileges of the tool. Before it reads
 * anything, it drops them, and forks a worker that answers the packets of the tool. The first process remains
 * as the keeper of the worker. If the worker dies, e.g. because of a hostile file, the keeper forks another
 * one and reports PACKET_DIED. Both processes end with the socket.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "sandbox/packet.h"

/* The descriptor of the socket in a helper. */
#define HELPER_SOCKET 0

struct helper_program {
	/* Loads libraries while the helper still may. Called once, before anything is read. May be NULL. */
	void (*prepare)(void);
	/*
	 * Answers a packet, in the worker. Returns false if the packet is not a question, which ends the
	 * worker.
	 */
	bool (*answer)(int socket, const union helper_packet *packet, size_t bytes);
	unsigned int limit_s; /* for an answer, in seconds; a worker that takes longer dies */
	uint64_t memory;      /* bytes of its address space */
	bool network;	      /* may use sockets, and load libraries such as those of NSS */
};

/*
 * The main function of a helper. Its arguments are the user id and the group id to run as. Returns the exit
 * status.
 */
int run_helper(const struct helper_program *program, int argc, char **argv);

/* Answers packets until the other end closes the socket, or sends a packet that is not a question. */
void serve(const struct helper_program *program, int socket);

/*
 * Makes the calling process, which has a single thread, give up all privileges permanently: it gets these
 * ids, no groups, no capabilities and narrow limits. Root that may not change its ids, as in some containers,
 * keeps them. Returns 0 or a negative errno.
 */
int drop_privileges(const struct helper_program *program, uid_t uid, gid_t gid);

/*
 * Makes all system calls fail with ENOSYS, except for the few that a worker needs. If `keeper`, also allows
 * those for forking workers. Returns 0, also if the kernel has no seccomp, or a negative errno.
 */
int allow_system_calls(const struct helper_program *program, bool keeper);

#endif
