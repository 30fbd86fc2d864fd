/* SPDX-License-Identifier: MIT */
/*
 * Signals end a trace in order: the handler only notes the signal and wakes
 * a4t_poll(). The launcher keeps the JVM from handling them itself (-Xrs).
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>
#include "session.h"

/* A handler has no context: these belong to the one session that catches signals. */
static struct a4t *catching_session;
static volatile sig_atomic_t last_signal;

static void on_signal(int signal)
{
	int saved = errno;

	last_signal = signal;
	a4t_wake(catching_session);
	errno = saved;
}

static void on_resize(int signal)
{
	int saved = errno;

	(void)signal;
	a4t_wake(catching_session);
	errno = saved;
}

/* SA_RESETHAND: when we hang in a write to a stuck reader, the second signal still kills. */
static int catch_signal(int signal)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_RESTART};

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

	catching_session = session;
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		int err = is_ignored(ending[i]) ? 0 : catch_signal(ending[i]);

		if (err)
			return err;
	}
	return sigaction(SIGWINCH, &resize, NULL) ? -errno : 0;
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
