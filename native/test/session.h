/* SPDX-License-Identifier: MIT */
/* Helpers that open a session, run a child that makes calls, and read the records. */
#ifndef SESSION_H
#define SESSION_H

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "state.h"

#define EXIT_STATUS 7
#define BATCH_BYTES 65536

static const struct a4t_config usual = {
	.ring_bytes = 64 * 1024,
	.max_calls = 64,
	.max_targets = 4,
	.watch_fd = -1,
};

/* A child that makes its calls after `go` is closed. */
struct caller {
	pid_t pid;
	int go;
};

/* The records read so far, aligned as a4t_poll() requires. */
struct records {
	char bytes[BATCH_BYTES] __attribute__((aligned(8)));
	uint32_t used;
	uint32_t at;
};

static struct records records;

static inline struct caller start_caller(void (*calls)(void))
{
	struct caller caller = {};
	int ends[2];
	char byte;

	CHECK_EQ(0, pipe2(ends, O_CLOEXEC));
	caller.pid = fork();
	if (caller.pid == 0) {
		close(ends[1]);
		if (read(ends[0], &byte, 1) != 0)
			_exit(EXIT_FAILURE);
		calls();
		_exit(EXIT_STATUS);
	}
	close(ends[0]);
	caller.go = ends[1];
	return caller;
}

static inline struct a4t *open_session(const struct a4t_config *config)
{
	struct a4t_error error;
	struct a4t *session = a4t_open(config, &error);

	CHECK(session);
	if (!session)
		printf("%s: %s (%s)\n", error.stage, strerror(error.error), error.detail);
	return session;
}

/* Polls once. Returns the reasons of the wake-up, or -1 on failure. */
static inline int read_more(struct a4t *session)
{
	struct a4t_wakeup wakeup = {};
	int bytes = a4t_poll(session, records.bytes + records.used, BATCH_BYTES - records.used, -1, &wakeup);

	CHECK(bytes >= 0);
	if (bytes < 0)
		return -1;
	records.used += bytes;
	return wakeup.reasons;
}

static inline void read_until_targets_are_gone(struct a4t *session)
{
	int reasons = 0;

	records = (struct records){};
	while (reasons >= 0 && !(reasons & A4T_TARGETS_GONE))
		reasons = read_more(session);
}

/* Returns the next record that was read, or NULL. */
static inline const struct accept_event *next_record(void)
{
	const struct accept_event *event = (const void *)(records.bytes + records.at);

	if (records.at == records.used)
		return NULL;
	records.at += event->size;
	return event;
}

/* Traces the caller from its first call to its end. */
static inline void follow(struct a4t *session, const struct caller *caller)
{
	struct a4t_error error;

	CHECK_EQ(0, a4t_trace_process(session, caller->pid, &error));
	CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
	close(caller->go);
	read_until_targets_are_gone(session);
	CHECK_EQ(caller->pid, waitpid(caller->pid, NULL, 0));
}

#endif
