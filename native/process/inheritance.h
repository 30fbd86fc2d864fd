/* SPDX-License-Identifier: MIT */
/*
 * What accept4-trace was started with and a traced command gets: environment,
 * signals and file descriptors as they were before the launcher and the JVM
 * changed them.
 */
#ifndef INHERITANCE_H
#define INHERITANCE_H

#include <stddef.h>
#include <sys/resource.h>
#include "launcher/aside.h"

struct inherited_signals {
	unsigned long long ignored, blocked;
};

struct inheritance {
	struct inherited_signals signals;
	struct rlimit locked_memory; /* bytes */
	int *fds;		     /* ascending */
	size_t fd_count;
};

/* To be called before libbpf raises the limit, as it does before Linux 5.11; the first call counts. */
void note_locked_memory(void);

/* 0, or -ENOMEM; what it fills is to be given to free_inheritance(). */
int read_inheritance(struct inheritance *inherited);
void free_inheritance(struct inheritance *inherited);

/* Adds an fd to those that the command gets, at most two. */
void keep_also(struct inheritance *inherited, int fd);

/* NULL-terminated; to be freed, but not the variables in it. NULL: out of memory. */
char **inherited_environment(void);

/*
 * Where SIGCHLD was ignored when we were started the kernel would drop the status of a child. The child gets
 * SIGCHLD back as it was.
 */
void keep_children(void);

/* Both are safe between fork() and exec in a program with threads. */
void restore_signals(const struct inherited_signals *signals);
void keep_fds(const struct inheritance *inherited);

#endif
