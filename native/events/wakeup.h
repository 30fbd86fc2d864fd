/* SPDX-License-Identifier: MIT */
/*
 * What ends a wait: the epoll set of a session. Each source is watched once, by the tracing thread; only
 * a4t_wake() and wake_for_signal() are called from elsewhere.
 */
#ifndef EVENTS_WAKEUP_H
#define EVENTS_WAKEUP_H

#include "a4t.h"

enum watch_source {
	WATCH_RING,
	WATCH_WAKE,
	WATCH_READER,  /* EPOLLERR: nobody reads what we write to */
	WATCH_PROCESS, /* a pidfd; its id is an index of targets.processes */
	WATCH_INPUT,
};

/*
 * Opens the set, with everything to watch but processes: 0 or a negative errno. close_wakeups() must follow.
 */
int open_wakeups(struct a4t *session, const struct a4t_config *config);

/* May be opened again. */
void close_wakeups(struct a4t *session);

/* Adds a source for the epoll `events`. Closing `fd` removes it. 0 or a negative errno. */
int watch(struct a4t *session, int fd, uint32_t events, enum watch_source source, uint32_t id);

/* As watch(), for a4t_config.watch_fd. */
int watch_reader(struct a4t *session, int fd);

struct watched {
	enum watch_source source;
	uint32_t id;
};

#define MAX_WATCHED 64

/* Waits: how many sources are ready, at most MAX_WATCHED; 0 after a signal. -1 = no limit. Negative errno. */
int wait_for_sources(const struct a4t *session, struct watched ready[MAX_WATCHED], int timeout_ms);

/* Resets the wake-up and adds why it came. */
void take_wake(struct a4t *session, struct a4t_wakeup *wakeup);

/* a4t_wake() by a signal, from its handler. */
void wake_for_signal(struct a4t *session, int signal);

#endif
