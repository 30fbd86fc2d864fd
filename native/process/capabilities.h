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
 * Makes the permitted capabilities in `kept` effective, and all others ineffective. If `permanently`, also
 * removes the others from the permitted set and clears the inheritable set. Returns 0 or a negative errno.
 */
int restrict_to(uint64_t kept, bool permanently);

/*
 * Drops all capabilities but those in `kept` from the bounding set. Best effort: this fails without
 * CAP_SETPCAP, as in some containers. PR_SET_NO_NEW_PRIVS then has the same effect.
 */
void restrict_bounding_set(uint64_t kept);

/* Whether all capabilities in `wanted` are effective. */
bool has_capabilities(uint64_t wanted);

#endif
