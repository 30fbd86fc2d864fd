/* SPDX-License-Identifier: MIT */
/* The end of tracing: of all at once, and of a process whose id another one has by then; needs root. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "session/poll.h"
#include "state.h"
#include "targets/targets.h"

static const struct a4t_config usual = {
	.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1};

/* As process_fork() enters a child. */
static int follow(struct a4t *session, uint32_t tgid)
{
	uint8_t forked = 2;

	return bpf_map_update_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &forked, BPF_ANY);
}

static bool is_traced(struct a4t *session, uint32_t tgid)
{
	uint8_t how;

	return !bpf_map_lookup_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &how);
}

static int records_of_a_call(struct a4t *session)
{
	static char records[64 * 1024];
	struct a4t_wakeup wakeup;

	accept4(-1, NULL, NULL, 0);
	return a4t_poll(session, records, sizeof(records), 0, &wakeup);
}

static void followed_children_are_stopped_as_well(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;

	if (!session)
		return;
	CHECK_EQ(0, follow(session, getpid()));
	CHECK(records_of_a_call(session) > 0);
	a4t_stop(session);
	CHECK_EQ(0, records_of_a_call(session));
	a4t_close(session);
}

/* A child that is traced by its id, and waits to be killed. */
static pid_t start_target(struct a4t *session)
{
	struct a4t_error error;
	pid_t child = fork();

	if (child == 0) {
		pause();
		_exit(0);
	}
	CHECK_EQ(0, a4t_trace_process(session, child, &error));
	return child;
}

/* Ends it, but for the pidfd that tells so. */
static void end_target(struct a4t *session, pid_t child)
{
	kill(child, SIGKILL);
	CHECK_EQ(child, waitpid(child, NULL, 0));
	CHECK(!is_traced(session, child));
}

static uint32_t reasons(struct a4t *session)
{
	struct a4t_wakeup wakeup = {};

	CHECK_EQ(0, wait_for_reasons(session, 0, &wakeup));
	return wakeup.reasons;
}

static void a_child_with_the_id_of_an_ended_target_is_followed_on(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	pid_t id;

	if (!session)
		return;
	id = start_target(session);
	end_target(session, id);
	CHECK_EQ(0, follow(session, id));
	session->skel->bss->forked_alive = 1;
	CHECK_EQ(0, reasons(session));
	CHECK_EQ(0, session->targets.alive);
	CHECK(is_traced(session, id));
	a4t_close(session);
}

static pid_t ended_child(void)
{
	pid_t child = fork();
	siginfo_t end;

	if (child == 0)
		_exit(0);
	/* It stays a zombie. */
	CHECK_EQ(0, waitid(P_PID, child, &end, WEXITED | WNOWAIT));
	return child;
}

/* As when the kernel has skipped the program that would have forgotten the first two. */
static void children_whose_ends_were_not_seen_are_forgotten(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	pid_t ended[2];

	if (!session)
		return;
	for (int i = 0; i < 2; i++) {
		ended[i] = ended_child();
		CHECK_EQ(0, follow(session, ended[i]));
	}
	CHECK_EQ(0, follow(session, getpid()));
	session->skel->bss->forked_alive = 3;
	forget_ended_children(session);
	CHECK_EQ(1, session->skel->bss->forked_alive);
	CHECK(!is_traced(session, ended[0]));
	CHECK(!is_traced(session, ended[1]));
	CHECK(is_traced(session, getpid()));
	for (int i = 0; i < 2; i++)
		waitpid(ended[i], NULL, 0);
	a4t_close(session);
}

static void so_is_a_process_that_was_named_with_it(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	pid_t first, id;

	if (!session)
		return;
	first = start_target(session);
	id = start_target(session);
	end_target(session, first);
	/* As if it had had this one's id. */
	session->targets.processes[0].tgid = id;
	CHECK_EQ(0, reasons(session));
	CHECK_EQ(1, session->targets.alive);
	CHECK(is_traced(session, id));
	end_target(session, id);
	CHECK_EQ(A4T_TARGETS_GONE, reasons(session));
	a4t_close(session);
}

static void a_process_can_be_named_twice(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	pid_t id;

	if (!session)
		return;
	id = start_target(session);
	CHECK_EQ(0, a4t_trace_process(session, id, &error));
	end_target(session, id);
	CHECK_EQ(A4T_TARGETS_GONE, reasons(session));
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"followed children are stopped as well", followed_children_are_stopped_as_well},
		{"a child with the id of an ended target is followed on",
		 a_child_with_the_id_of_an_ended_target_is_followed_on},
		{"so is a process that was named with it", so_is_a_process_that_was_named_with_it},
		{"children whose ends were not seen are forgotten",
		 children_whose_ends_were_not_seen_are_forgotten},
		{"a process can be named twice", a_process_can_be_named_twice},
	};

	return RUN(tests);
}
