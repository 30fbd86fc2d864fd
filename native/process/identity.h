/* SPDX-License-Identifier: MIT */
/*
 * Identities of users: for a command (-u), an output file, or this process after a4t_confine(). Also the PID
 * namespace of this process.
 */
#ifndef PROCESS_IDENTITY_H
#define PROCESS_IDENTITY_H

#include <stdint.h>
#include <sys/types.h>

#define MOST_GROUPS 256

struct identity {
	uid_t uid; /* NO_USER = none; then the other members are undefined */
	gid_t gid;
	gid_t groups[MOST_GROUPS];
	int group_count;
};

#define NO_USER ((uid_t)-1)

/*
 * Looks up a user by name; NULL yields NO_USER. Returns 0, -ENOENT, or -E2BIG for more than MOST_GROUPS
 * groups. Not thread-safe.
 */
int find_user(const char *name, struct identity *identity);

/* The user who ran sudo, or NO_USER if there is none or it is root. Not thread-safe. */
void find_invoker(struct identity *identity);

/*
 * Sets the user id, group id and groups of the calling thread, but not of other threads. NO_USER changes
 * nothing. Returns 0 or a positive errno. Async-signal-safe.
 */
int assume(const struct identity *identity);

/* Returns the inode of our PID namespace; 0 for the initial one, whose numbers are in task_struct. */
uint32_t own_pid_namespace(void);

#endif
