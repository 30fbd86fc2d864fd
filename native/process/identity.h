/* SPDX-License-Identifier: MIT */
/*
 * Users' ids, of a command (-u), of an output file, or of this process after a4t_confine(); and the PID
 * namespace whose numbers this process sees.
 */
#ifndef PROCESS_IDENTITY_H
#define PROCESS_IDENTITY_H

#include <stdint.h>
#include <sys/types.h>

#define MOST_GROUPS 256

struct identity {
	uid_t uid; /* NO_USER = none; the rest is undefined then */
	gid_t gid;
	gid_t groups[MOST_GROUPS];
	int group_count;
};

#define NO_USER ((uid_t)-1)

/*
 * Looks up a user by name; NULL gives NO_USER. 0, -ENOENT, or -E2BIG for more than MOST_GROUPS. Not
 * thread-safe.
 */
int find_user(const char *name, struct identity *identity);

/* The user who ran sudo, or NO_USER if there is none or it is root. Not thread-safe. */
void find_invoker(struct identity *identity);

/*
 * Gives the calling thread, and no other, all of the user's ids. NO_USER changes nothing. Returns 0 or a
 * positive errno. Async-signal-safe.
 */
int assume(const struct identity *identity);

/* The inode of our PID namespace; 0 for the initial one, whose numbers the kernel keeps in task_struct. */
uint32_t own_pid_namespace(void);

#endif
