/* SPDX-License-Identifier: MIT */
/*
 * Tests of a4t_prepare(), which loads programs in advance; needs root. Most cases run in a child process,
 * because a4t_prepare() no longer loads anything after its process has opened a session or taken the
 * programs. The cases without a child process must come last.
 */
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "load/prepare.h"
#include "load/rungs.h"
#include "state.h"

static const struct a4t_config likely = {.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4};

/* Returns whether a session with this configuration gets the prepared programs. */
static bool is_taken(const struct a4t_config *wanted)
{
	struct a4t session = {}, unused = {};
	const struct rung *rung = next_rung(&unused, wanted->probe, NULL);
	bool taken = take_prepared(&session, wanted, rung);

	accept4_trace__destroy(session.skel);
	return taken;
}

static bool is_taken_once_prepared(const struct a4t_config *wanted)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		a4t_prepare(&likely);
		_exit(is_taken(wanted));
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void the_same_or_a_smaller_session_gets_the_prepared_programs(void)
{
	struct a4t_config same = likely, less = likely, plain = likely;

	if (!root_or_skip())
		return;
	less.max_calls = 1;
	less.watch_fd = 1;
	less.cgroups = 1;
	plain.filter.calls = A4T_CALL_ACCEPT4 | A4T_CALL_ACCEPT;
	CHECK(is_taken_once_prepared(&same));
	CHECK(is_taken_once_prepared(&less));
	CHECK(is_taken_once_prepared(&plain));
}

static void other_sessions_do_not_get_the_prepared_programs(void)
{
	struct a4t_config wanted[] = {likely, likely, likely, likely, likely, likely, likely, likely};

	if (!root_or_skip())
		return;
	wanted[0].max_calls++;
	wanted[1].max_targets++;
	wanted[2].ring_bytes *= 2;
	wanted[3].follow = 1;
	wanted[4].stacks = 1;
	wanted[5].verbose = 1;
	wanted[6].filter.fd_count = 1;
	wanted[7].filter.calls = A4T_CALL_ACCEPT4;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		CHECK(!is_taken_once_prepared(&wanted[i]));
}

static void the_prepared_programs_are_used_once(void)
{
	if (!root_or_skip())
		return;
	a4t_prepare(&likely);
	CHECK(is_taken(&likely));
	CHECK(!is_taken(&likely));
	a4t_prepare(&likely);
	CHECK(!is_taken(&likely));
}

static void the_prepared_snapshots_are_used_once(void)
{
	struct accept4_trace *taken;

	if (!root_or_skip())
		return;
	a4t_prepare(&likely);
	taken = take_prepared_snapshots();
	CHECK(taken);
	accept4_trace__destroy(taken);
	a4t_prepare(&likely);
	CHECK(!take_prepared_snapshots());
}

static void an_open_works_with_the_prepared_programs(void)
{
	struct a4t_config config = likely;
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct a4t_error error;
		struct a4t *session;

		a4t_prepare(&likely);
		session = a4t_open(&config, &error);
		_exit(!session);
	}
	waitpid(child, &status, 0);
	if (root_or_skip())
		CHECK_EQ(0, status);
}

int main(void)
{
	static const struct test tests[] = {
		{"the same or a smaller session gets the prepared programs",
		 the_same_or_a_smaller_session_gets_the_prepared_programs},
		{"other sessions do not get the prepared programs",
		 other_sessions_do_not_get_the_prepared_programs},
		{"an open works with the prepared programs", an_open_works_with_the_prepared_programs},
		{"the prepared programs are used once", the_prepared_programs_are_used_once},
		{"the prepared snapshots are used once", the_prepared_snapshots_are_used_once},
	};

	return RUN(tests);
}
