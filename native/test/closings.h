/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests of closed listeners, and of clients that give up, i.e. reset their connection before it
 * is accepted.
 */
#ifndef CLOSINGS_H
#define CLOSINGS_H

#include <stdbool.h>
#include "session.h"
#include "sockets.h"

enum { CLIENTS = 3, BACKLOG = 7 };

static int clients[CLIENTS];

/* The filter that trace() uses. */
static struct a4t_filter wanted;

static inline void reset(int client)
{
	struct linger now = {.l_onoff = 1};

	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(client);
}

static inline bool is_reset(int client)
{
	char byte;

	return recv(client, &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

/* Ends the traced child. Its exit status is the number of clients whose connections were reset. */
static inline void exit_with_resets(void)
{
	int resets = 0;

	for (int i = 0; i < CLIENTS; i++)
		resets += is_reset(clients[i]);
	_exit(resets);
}

/*
 * Traces a child that runs `calls`, and stores its records in `records`. Returns the exit status of the
 * child, or -1 if it cannot be traced.
 */
static inline int trace(void (*calls)(void), bool whole_machine)
{
	struct a4t_config config = usual;
	struct a4t_error error;
	struct caller caller;
	struct a4t *session;
	int status = 0;

	records = (struct records){};
	if (!root_or_skip())
		return -1;
	config.filter = wanted;
	config.filter.calls = A4T_CALL_CLOSED;
	caller = start_caller(calls);
	session = open_session(&config);
	if (!session)
		return -1;
	if (whole_machine)
		a4t_trace_all(session);
	CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
	CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
	close(caller.go);
	read_until_targets_are_gone(session);
	waitpid(caller.pid, &status, 0);
	a4t_close(session);
	return WEXITSTATUS(status);
}

/* The next record of this type, or NULL. */
static inline const struct accept_event *next_of(uint16_t type)
{
	const struct accept_event *event;

	do
		event = next_record();
	while (event && event->type != type);
	return event;
}

#endif
