/* SPDX-License-Identifier: MIT */
/*
 * What accept4-trace was started with: environment, signals, file descriptors and the limit of locked memory,
 * as they were before the launcher, the JVM and libbpf changed them. Commands that we start inherit them.
 */
#ifndef PROCESS_INHERITANCE_H
#define PROCESS_INHERITANCE_H

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

/*
 * Must precede libbpf's first map or program: libbpf raises the limit before Linux 5.11. The first call
 * counts. Any thread.
 */
void note_locked_memory(void);

/* 0 or -ENOMEM. free_inheritance() must follow either way. */
int read_inheritance(struct inheritance *inherited);
void free_inheritance(struct inheritance *inherited);

/* Adds an fd to those that the command inherits; at most two. */
void keep_also(struct inheritance *inherited, int fd);

/* NULL-terminated. The array is the caller's to free, the strings are not. NULL: out of memory. */
char **inherited_environment(void);

/*
 * Makes the kernel keep the status of ended children, which it drops if SIGCHLD was ignored when we were
 * started. restore_signals() gives a child the original disposition.
 */
void keep_children(void);

/* For the child, between fork() and exec. Async-signal-safe. */
void restore_signals(const struct inherited_signals *signals);
void keep_fds(const struct inheritance *inherited);

#endif
