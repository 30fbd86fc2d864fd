/* SPDX-License-Identifier: MIT */
/*
 * The epoll set of a session: everything that can end a wait. The tracing thread calls these, except
 * a4t_wake() and wake_for_signal(). A source can only be added once.
 */
#ifndef EVENTS_WAKEUP_H
#define EVENTS_WAKEUP_H

#include "a4t.h"

enum watch_source {
	WATCH_RING,
	WATCH_WAKE,
	WATCH_READER,  /* EPOLLERR: nobody reads the output any more */
	WATCH_PROCESS, /* a pidfd; its id is an index of targets.processes */
	WATCH_INPUT,
};

/*
 * Opens the set and watches everything except processes. Returns 0 or a negative errno; close_wakeups() must
 * follow either way.
 */
int open_wakeups(struct a4t *session, const struct a4t_config *config);

/* Afterwards, open_wakeups() may be called again. */
void close_wakeups(struct a4t *session);

/* Adds a source with these epoll `events`. Closing `fd` removes the source. Returns 0 or a negative errno. */
int watch(struct a4t *session, int fd, uint32_t events, enum watch_source source, uint32_t id);

/* Like watch(), for a4t_config.watch_fd. */
int watch_reader(struct a4t *session, int fd);

struct watched {
	enum watch_source source;
	uint32_t id;
};

#define MAX_WATCHED 64

/*
 * Waits up to `timeout_ms` (-1 = no limit). Returns the number of ready sources, at most MAX_WATCHED; 0 after
 * a signal; or a negative errno.
 */
int wait_for_sources(const struct a4t *session, struct watched ready[MAX_WATCHED], int timeout_ms);

/* Resets wake_fd after a4t_wake() or a caught signal, and adds the reason to `wakeup`. */
void take_wake(struct a4t *session, struct a4t_wakeup *wakeup);

/* Like a4t_wake(), for the handler of `signal`. */
void wake_for_signal(struct a4t *session, int signal);

#endif
