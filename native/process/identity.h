/* SPDX-License-Identifier: MIT */
/* A user's ids, for a command, a file, or the rest of a trace. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#define MOST_GROUPS 256

struct identity {
	uid_t uid; /* NO_USER: nobody's */
	gid_t gid;
	gid_t groups[MOST_GROUPS];
	int group_count;
};

#define NO_USER ((uid_t)-1)

/* Of a user by name, NULL meaning nobody: 0, -ENOENT or -E2BIG. */
int find_user(const char *name, struct identity *identity);

/* Of who has called sudo for us; nobody's when nobody has, or root. */
void find_invoker(struct identity *identity);

/*
 * Makes the calling thread alone, by system calls alone, that user in everything. Nobody's identity changes
 * nothing. 0, or a positive errno.
 */
int assume(const struct identity *identity);

#endif
