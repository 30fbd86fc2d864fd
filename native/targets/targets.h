/* SPDX-License-Identifier: MIT */
/*
 * Which processes are traced. The tracing thread calls these.
 *
 * The map `targets`, by process id, decides:
 *   NAMED   inserted here; deleted by the programs at the process's end, or here if they missed it
 *   FORKED  a followed child, inserted and counted in `forked_alive` by the programs at its fork; deleted and
 *           discounted by them at its end, or here if the kernel skipped that run
 * Entries are inserted with BPF_NOEXIST on both sides, so that none changes its kind.
 *
 * Each named process is watched through a pidfd as well, which reports the end of its last thread.
 */
#ifndef TARGETS_TARGETS_H
#define TARGETS_TARGETS_H

#include <stdbool.h>
#include "a4t.h"

struct process {
	uint32_t tgid;
	int pidfd; /* -1 once the process has ended */
};

/* Inserts or deletes a NAMED process; 0 or a negative errno. */
int set_target(struct a4t *session, uint32_t tgid, bool on);

/* Once the pidfd of targets.processes[index] is readable. */
void process_ended(struct a4t *session, uint32_t index);

/* Deletes followed children whose end the kernel has skipped. */
void forget_ended_children(struct a4t *session);

/* Whether processes were named and all of them have ended, followed children included. */
bool targets_gone(struct a4t *session);

/* Closes the pidfds. The map stays as it is: the programs are about to be closed. */
void close_targets(struct a4t *session);

#endif
