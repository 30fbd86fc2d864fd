/* SPDX-License-Identifier: MIT */
/*
 * Capabilities of the calling thread, as sets with a bit for each (linux/capability.h). By system calls only:
 * all functions are async-signal-safe.
 */
#ifndef PROCESS_CAPABILITIES_H
#define PROCESS_CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

#define BIT(capability) (1ULL << (capability))

/*
 * Makes effective those of `kept` that are permitted, and no others. `for_good`: also gives up all others
 * that could become effective again. 0 or a negative errno.
 */
int restrict_to(uint64_t kept, bool for_good);

/*
 * Drops all but `kept` from the bounding set. Best effort: without CAP_SETPCAP, as in some containers,
 * PR_SET_NO_NEW_PRIVS has the same effect.
 */
void restrict_bounding_set(uint64_t kept);

/* Whether all of `wanted` are effective. */
bool has_capabilities(uint64_t wanted);

#endif
