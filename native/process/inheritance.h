/* SPDX-License-Identifier: MIT */
/*
 * Environment, signals, file descriptors and the limit of locked memory as accept4-trace inherited them,
 * before the launcher, the JVM and libbpf changed them. Commands that we start inherit the original state.
 */
#ifndef PROCESS_INHERITANCE_H
#define PROCESS_INHERITANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include "launcher/saved.h"

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
 * Records the limit of locked memory. Must be called before libbpf creates its first map or program, because
 * libbpf raises the limit on kernels older than 5.11. Only the first call has an effect. Thread-safe.
 */
void note_locked_memory(void);

/* Returns 0 or -ENOMEM; free_inheritance() must follow either way. */
int read_inheritance(struct inheritance *inherited);
void free_inheritance(struct inheritance *inherited);

/* Whether our parent process passed us `fd`. Always true without the launcher, which lists inherited fds. */
bool is_inherited(int fd);

/* Adds an fd that the command inherits. May be called at most twice. */
void keep_fd(struct inheritance *inherited, int fd);

/*
 * Returns the original environment as a NULL-terminated array. The caller must free the array, but not the
 * strings. Returns NULL if out of memory.
 */
char **inherited_environment(void);

/*
 * Makes the kernel keep the status of ended children, which it drops if we inherited an ignored SIGCHLD.
 * restore_signals() gives a command the original disposition.
 */
void keep_children(void);

/* For the child, between fork() and exec(). Async-signal-safe. */
void restore_signals(const struct inherited_signals *signals);
void keep_fds(const struct inheritance *inherited);

#endif
