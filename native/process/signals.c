/* SPDX-License-Identifier: MIT */
#include "process/signals.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include "events/clock.h"
#include "events/wakeup.h"
#include "process/end.h"
#include "state.h"

/* The session that catches signals. Global, because signal handlers get no context. */
static _Atomic(struct a4t *) catching_session;

/* The number of running handlers that may use the session. release_signals() waits until it is 0. */
static atomic_int handlers;

/*
 * Calls `wake` with the session. Returns false if there is none. Reads `catching_session` only once, because
 * another thread may release the session at any moment.
 */
static bool with_session(void (*wake)(struct a4t *, int), int signal)
{
	struct a4t *session;

	atomic_fetch_add(&handlers, 1);
	session = atomic_load(&catching_session);
	if (session)
		wake(session, signal);
	atomic_fetch_sub(&handlers, 1);
	return session;
}

/* When the first signal of each kind arrived, CLOCK_MONOTONIC; 0 = none yet. */
static _Atomic uint64_t first_ns[NSIG];

/* Returns 0 for the first signal of its kind. */
static uint64_t ns_since_first(int signal)
{
	uint64_t now = monotonic_ns(), first = 0;

	return atomic_compare_exchange_strong(&first_ns[signal], &first, now) ? 0 : now - first;
}

static void on_signal(int signal)
{
	int saved = errno;

	if (ns_since_first(signal) > REPEAT_NS)
		a4t_die_by_signal(signal);
	if (!with_session(wake_for_signal, signal))
		a4t_die_by_signal(signal);
	watch_writes(signal);
	errno = saved;
}

static void wake(struct a4t *session, int signal)
{
	(void)signal;
	a4t_wake(session);
}

static void on_resize(int signal)
{
	int saved = errno;

	with_session(wake, signal);
	errno = saved;
}

static int catch_signal(int signal)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	atomic_store(&first_ns[signal], 0);
	return sigaction(signal, &action, NULL) ? -errno : 0;
}

static bool is_ignored(int signal)
{
	struct sigaction action;

	return !sigaction(signal, NULL, &action) && action.sa_handler == SIG_IGN;
}

int a4t_catch_signals(struct a4t *session)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction resize = {.sa_handler = on_resize, .sa_flags = SA_RESTART};

	session->events.signal = 0;
	atomic_store(&catching_session, session);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		int err = is_ignored(ending[i]) ? 0 : catch_signal(ending[i]);

		if (err)
			return err;
	}
	return sigaction(SIGWINCH, &resize, NULL) ? -errno : 0;
}

void release_signals(const struct a4t *session)
{
	if (session != atomic_load(&catching_session))
		return;
	atomic_store(&catching_session, NULL);
	while (atomic_load(&handlers))
		sched_yield();
	if (session->events.signal)
		stop_watching_writes();
}
