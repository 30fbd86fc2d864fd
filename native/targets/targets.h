/* SPDX-License-Identifier: MIT */
/*
 * Which processes are traced. Only the tracing thread may call these functions.
 *
 * The map `targets` decides. Its keys are process ids, its values are:
 *   NAMED   inserted by the library; deleted by the programs at the end of the process
 *   FORKED  a followed child; inserted by the programs at the fork, deleted by the programs at the end of
 *           the process; `forked_alive` counts these entries
 * If the programs miss an end, the library deletes the entry. If the id of a FORKED child is reused before
 * that, the programs delete the entry at the fork. The library and the programs both insert with BPF_NOEXIST,
 * so that an entry never changes its value.
 *
 * Each named process is also watched through a pidfd, which reports the end of its last thread.
 */
#ifndef TARGETS_TARGETS_H
#define TARGETS_TARGETS_H

#include <stdbool.h>
#include "a4t.h"

struct process {
	uint32_t tgid;
	int pidfd; /* -1 once the process has ended */
};

/* Inserts or deletes a NAMED process. Returns 0 or a negative errno. */
int set_target(struct a4t *session, uint32_t tgid, bool on);

/* Call this once the pidfd of targets.processes[index] is readable. */
void process_ended(struct a4t *session, uint32_t index);

/* Deletes the entries of followed children whose end the programs have missed. */
void forget_ended_children(struct a4t *session);

/* Whether processes were named and all of them have ended, followed children included. */
bool targets_gone(struct a4t *session);

/* Closes the pidfds. Does not change the map, because the programs are about to be unloaded. */
void close_targets(struct a4t *session);

#endif
