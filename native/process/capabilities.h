/* SPDX-License-Identifier: MIT */
/*
 * Capabilities of the calling thread, as bit sets (linux/capability.h). All functions use only system calls
 * and are async-signal-safe.
 */
#ifndef PROCESS_CAPABILITIES_H
#define PROCESS_CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

#define BIT(capability) (1ULL << (capability))

/*
 * Makes exactly those capabilities of `kept` effective that are permitted. If `permanently`, also drops all
 * others that could become effective again. Returns 0 or a negative errno.
 */
int restrict_to(uint64_t kept, bool permanently);

/*
 * Drops all but `kept` from the bounding set. Best effort: without CAP_SETPCAP, as in some containers,
 * PR_SET_NO_NEW_PRIVS has the same effect.
 */
void restrict_bounding_set(uint64_t kept);

/* Whether all of `wanted` are effective. */
bool has_capabilities(uint64_t wanted);

#endif
