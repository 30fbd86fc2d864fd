/* SPDX-License-Identifier: MIT */
/* Signals, each case in a process of its own. */
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "session.h"

/* Runs `body` in a child; returns its wait status. */
static int in_child(void (*body)(struct a4t *session))
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct a4t session = {.wake_fd = eventfd(0, EFD_NONBLOCK)};

		body(&session);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

static void note_one(struct a4t *session)
{
	eventfd_t count = 0;

	a4t_catch_signals(session);
	raise(SIGTERM);
	eventfd_read(session->wake_fd, &count);
	_exit(count == 1 && caught_signal() == SIGTERM ? 0 : 1);
}

static void the_first_is_noted(void)
{
	CHECK_EQ(0, in_child(note_one));
}

static void raise_two(struct a4t *session)
{
	a4t_catch_signals(session);
	raise(SIGINT);
	raise(SIGINT);
}

static void the_second_kills(void)
{
	int status = in_child(raise_two);

	CHECK(WIFSIGNALED(status));
	CHECK_EQ(SIGINT, WTERMSIG(status));
}

static void hang_up_under_nohup(struct a4t *session)
{
	signal(SIGHUP, SIG_IGN);
	a4t_catch_signals(session);
	raise(SIGHUP);
	_exit(caught_signal());
}

static void an_ignored_hangup_stays_ignored(void)
{
	CHECK_EQ(0, in_child(hang_up_under_nohup));
}

static void die_blocked_and_ignored(struct a4t *session)
{
	sigset_t all;

	(void)session;
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	a4t_die_by_signal(SIGPIPE);
}

static void dying_by_a_signal_is_seen_as_such(void)
{
	int status = in_child(die_blocked_and_ignored);

	CHECK(WIFSIGNALED(status));
	CHECK_EQ(SIGPIPE, WTERMSIG(status));
}

int main(void)
{
	static const struct test tests[] = {
		{"the first is noted", the_first_is_noted},
		{"the second kills", the_second_kills},
		{"an ignored hangup stays ignored", an_ignored_hangup_stays_ignored},
		{"dying by a signal is seen as such", dying_by_a_signal_is_seen_as_such},
	};

	return RUN(tests);
}
