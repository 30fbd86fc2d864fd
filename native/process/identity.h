/* SPDX-License-Identifier: MIT */
/*
 * Identities of users: for a command (-u), an output file, or this process after a4t_confine(). Also the PID
 * namespace of this process.
 */
#ifndef PROCESS_IDENTITY_H
#define PROCESS_IDENTITY_H

#include <stdint.h>
#include <sys/types.h>
#include "a4t.h"

struct identity {
	uid_t uid; /* NO_USER = none; then the other members are undefined */
	gid_t gid;
	gid_t *groups; /* freed by free_identity() */
	int group_count;
};

#define NO_USER ((uid_t)-1)

/*
 * Looks up a user by name. The result is NO_USER if `name` is NULL. Returns 0, -ENOENT, -ENOMEM or -E2BIG.
 * Not thread-safe.
 */
int find_user(const char *name, struct identity *identity);

/*
 * Finds the user who ran sudo. The result is NO_USER if nobody ran sudo, or root did. A user without an entry
 * in the passwd database has no supplementary groups. Returns 0 or a negative errno. -EINVAL: SUDO_UID,
 * SUDO_GID and SUDO_USER do not identify a user, and `*why` is the reason. The caller must then fail instead
 * of continuing as root. `*why` is NULL in all other cases. Not thread-safe.
 */
int find_invoker(struct identity *identity, const char **why);

/* Describes a failure of find_invoker(). Returns `err`. */
int fail_to_find_invoker(struct a4t_error *error, int err, const char *why);

/* Reads the effective ids of the calling thread. Returns 0 or a negative errno. */
int own_identity(struct identity *identity);

void free_identity(struct identity *identity);

/*
 * Sets the user id, group id and groups of the calling thread only. NO_USER changes nothing. Returns 0 or a
 * positive errno. Async-signal-safe.
 */
int assume(const struct identity *identity);

/*
 * Returns the inode of our PID namespace. Returns 0 for the initial namespace, whose ids the BPF programs can
 * read directly from task_struct.
 */
uint32_t own_pid_namespace(void);

#endif
