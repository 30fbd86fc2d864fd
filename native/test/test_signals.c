/* SPDX-License-Identifier: MIT */
/* Tests of signals. Each case runs in a child process. */
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "events/clock.h"
#include "events/wakeup.h"
#include "process/signals.h"
#include "session/poll.h"
#include "state.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The signals of a case, set before the child is forked. */
static int first, second;

/* Runs `body` in a child and returns its wait status. Its exit status is the number of failed checks. */
static int in_child(void (*body)(struct a4t *session))
{
	int status = -1, before = failures;
	pid_t child = fork();

	if (child == 0) {
		struct a4t session = {.events.epoll_fd = epoll_create1(0),
				      .events.wake_fd = eventfd(0, EFD_NONBLOCK)};

		CHECK_EQ(0, watch(&session, session.events.wake_fd, EPOLLIN, WATCH_WAKE, 0));
		body(&session);
		_exit(failures - before);
	}
	waitpid(child, &status, 0);
	return status;
}

static void check_reported(struct a4t *session, int number)
{
	struct a4t_wakeup wakeup = {};

	CHECK_EQ(0, wait_for_reasons(session, 0, &wakeup));
	CHECK_EQ(A4T_SIGNALLED, wakeup.reasons);
	CHECK_EQ(number, wakeup.signal);
}

static void raise_first(struct a4t *session)
{
	/* The signal may have been ignored when this program was started. */
	signal(first, SIG_DFL);
	CHECK_EQ(0, a4t_catch_signals(session));
	raise(first);
	check_reported(session, first);
}

static void the_first_signal_is_reported(void)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < COUNT(caught); i++) {
		first = caught[i];
		CHECK_EQ(0, in_child(raise_first));
	}
}

static void raise_both(struct a4t *session)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	CHECK_EQ(0, a4t_catch_signals(session));
	raise(first);
	raise(second);
	check_reported(session, second);
}

/*
 * timeout(1) sends the signal to its child and, immediately afterwards, to the process group, so the child
 * gets it twice.
 */
static void an_immediate_repeat_counts_as_the_same_signal(void)
{
	first = second = SIGTERM;
	CHECK_EQ(0, in_child(raise_both));
}

static void raise_twice(struct a4t *session)
{
	uint64_t came;

	raise_first(session);
	for (came = monotonic_ns(); monotonic_ns() <= came + REPEAT_NS;)
		usleep(10000);
	raise(first);
}

static void a_second_signal_of_the_same_kind_kills(void)
{
	int status;

	first = SIGINT;
	status = in_child(raise_twice);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(SIGINT, WTERMSIG(status));
}

/* Blocks in a4t_write(), because nobody reads from the pipe. */
static void hang(struct a4t *session)
{
	static char bytes[1024 * 1024];
	int ends[2];

	CHECK_EQ(0, pipe(ends));
	raise_first(session);
	for (;;)
		a4t_write(ends[1], bytes, sizeof(bytes));
}

static void a_process_that_hangs_dies_of_the_first_signal(void)
{
	int status;

	first = SIGTERM;
	status = in_child(hang);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(SIGTERM, WTERMSIG(status));
}

static void ignore_alarm(int signal)
{
	(void)signal;
}

/* Signals interrupt the write while it waits for room. Then the reader makes room. */
static void write_into_a_full_pipe(struct a4t *session)
{
	static char bytes[65536];
	struct sigaction action = {.sa_handler = ignore_alarm};
	pid_t reader;
	int ends[2];

	(void)session;
	CHECK_EQ(0, pipe2(ends, O_NONBLOCK));
	while (write(ends[1], bytes, sizeof(bytes)) > 0)
		;
	CHECK_EQ(0, sigaction(SIGALRM, &action, NULL));
	reader = fork();
	if (reader == 0) {
		for (int i = 0; i < 2; i++) {
			usleep(50000);
			kill(getppid(), SIGALRM);
		}
		usleep(50000);
		_exit(read(ends[0], bytes, sizeof(bytes)) <= 0);
	}
	CHECK_EQ(10, a4t_write(ends[1], bytes, 10));
	waitpid(reader, NULL, 0);
}

static void a_signal_does_not_end_a_write(void)
{
	CHECK_EQ(0, in_child(write_into_a_full_pipe));
}

static void end_in_order(struct a4t *session)
{
	/* The signal may have been ignored when this program was started. */
	signal(SIGHUP, SIG_DFL);
	raise_first(session);
	release_signals(session);
	CHECK_EQ(0, alarm(0));
	raise(SIGHUP);
}

/* Once the session is released, nobody would notice a caught signal. */
static void a_signal_after_the_session_kills(void)
{
	int status;

	first = SIGTERM;
	status = in_child(end_in_order);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(SIGHUP, WTERMSIG(status));
}

static void a_second_signal_of_another_kind_is_reported(void)
{
	first = SIGINT;
	second = SIGTERM;
	CHECK_EQ(0, in_child(raise_both));
}

static void hang_up_under_nohup(struct a4t *session)
{
	struct a4t_wakeup wakeup = {};

	signal(SIGHUP, SIG_IGN);
	CHECK_EQ(0, a4t_catch_signals(session));
	raise(SIGHUP);
	CHECK_EQ(0, wait_for_reasons(session, 0, &wakeup));
	CHECK_EQ(0, wakeup.reasons);
}

static void an_ignored_hangup_stays_ignored(void)
{
	CHECK_EQ(0, in_child(hang_up_under_nohup));
}

static void resize_terminal(struct a4t *session)
{
	struct a4t_wakeup wakeup = {};

	CHECK_EQ(0, a4t_catch_signals(session));
	for (int i = 0; i < 2; i++) {
		raise(SIGWINCH);
		CHECK_EQ(0, wait_for_reasons(session, 0, &wakeup));
		CHECK_EQ(A4T_WOKEN, wakeup.reasons);
	}
}

static void a_resized_terminal_causes_only_a_wake_up(void)
{
	CHECK_EQ(0, in_child(resize_terminal));
}

static void die(struct a4t *session)
{
	(void)session;
	a4t_die_by_signal(first);
}

static void die_blocked_and_ignored(struct a4t *session)
{
	sigset_t all;

	signal(first, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	die(session);
}

static void die_although_caught(struct a4t *session)
{
	a4t_catch_signals(session);
	die(session);
}

static void a_death_by_signal_is_visible_to_the_parent(void)
{
	static void (*const ways[])(struct a4t *) = {die, die_blocked_and_ignored, die_although_caught};
	static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	for (size_t i = 0; i < COUNT(ways) * COUNT(deadly); i++) {
		int status;

		first = deadly[i % COUNT(deadly)];
		status = in_child(ways[i / COUNT(deadly)]);
		CHECK(WIFSIGNALED(status));
		CHECK_EQ(first, WTERMSIG(status));
	}
}

int main(void)
{
	static const struct test tests[] = {
		{"the first signal is reported", the_first_signal_is_reported},
		{"an immediate repeat counts as the same signal",
		 an_immediate_repeat_counts_as_the_same_signal},
		{"a second signal of the same kind kills", a_second_signal_of_the_same_kind_kills},
		{"a process that hangs dies of the first signal",
		 a_process_that_hangs_dies_of_the_first_signal},
		{"a signal does not end a write", a_signal_does_not_end_a_write},
		{"a signal after the session kills", a_signal_after_the_session_kills},
		{"a second signal of another kind is reported", a_second_signal_of_another_kind_is_reported},
		{"an ignored hangup stays ignored", an_ignored_hangup_stays_ignored},
		{"a resized terminal causes only a wake-up", a_resized_terminal_causes_only_a_wake_up},
		{"a death by signal is visible to the parent", a_death_by_signal_is_visible_to_the_parent},
	};

	return RUN(tests);
}
