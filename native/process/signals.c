/* SPDX-License-Identifier: MIT */
/*
 * Signals end a trace in order: the handler only notes the signal and wakes
 * a4t_poll(). The launcher keeps the JVM from handling them itself (-Xrs).
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>
#include "session.h"

/* A handler has no context: these belong to the one session that catches signals. */
static _Atomic(struct a4t *) catching_session;
static volatile sig_atomic_t last_signal;

/* Handlers that may hold the session: release_signals() waits for them. They run in any thread. */
static atomic_int handlers;

/* Wakes the session, if there is one. Reads it once: another thread may release it at any moment. */
static bool wake_session(void)
{
	struct a4t *session;

	atomic_fetch_add(&handlers, 1);
	session = atomic_load(&catching_session);
	if (session)
		a4t_wake(session);
	atomic_fetch_sub(&handlers, 1);
	return session;
}

/* Between looks at what is being written, once a signal has come. */
#define LOOK_SECONDS 1

/* The stream may be what hangs. */
static void tell_stuck(void)
{
	static const char message[] =
		"accept4-trace: what was recorded last is not written: nobody reads the output\n"
		"hint: a reader that is stopped, or behind a full disk, holds it up\n";
	struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
	ssize_t ignored;

	if (poll(&err, 1, 0) == 1 && err.revents == POLLOUT)
		ignored = write(STDERR_FILENO, message, sizeof(message) - 1);
	(void)ignored;
}

/* The same write as at the last look stands still: to put tables together takes long, too, on a busy machine.
 */
static void on_look(int signal)
{
	static sig_atomic_t last_write;
	int saved = errno;

	(void)signal;
	if (write_under_way() && write_under_way() == last_write) {
		tell_stuck();
		a4t_die_by_signal(last_signal);
	}
	last_write = write_under_way();
	alarm(LOOK_SECONDS);
	errno = saved;
}

static void look_at_writes(void)
{
	struct sigaction action = {.sa_handler = on_look, .sa_flags = SA_RESTART};

	if (!sigaction(SIGALRM, &action, NULL))
		alarm(LOOK_SECONDS);
}

/* When the first of each kind came, CLOCK_MONOTONIC; 0 = none has. */
static _Atomic uint64_t first_ns[NSIG];

/* 0 for the first of its kind. */
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
	/* Before the wake, which is what makes a reader look at it. */
	last_signal = signal;
	if (!wake_session())
		a4t_die_by_signal(signal);
	look_at_writes();
	errno = saved;
}

static void on_resize(int signal)
{
	int saved = errno;

	(void)signal;
	wake_session();
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

	last_signal = 0;
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
	if (last_signal)
		alarm(0);
}

int caught_signal(void)
{
	return last_signal;
}

void a4t_die_by_signal(int32_t number)
{
	struct rlimit no_core = {};
	sigset_t only;

	/* The command's core, if any, is the one to look at. */
	setrlimit(RLIMIT_CORE, &no_core);
	signal(number, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, number);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	kill(getpid(), number);
}
