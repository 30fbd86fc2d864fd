/* SPDX-License-Identifier: MIT */
/* Tests of the end of tracing: a4t_stop(), and ended processes whose id is reused; needs root. */
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

/* Adds a target, as process_fork() of the BPF programs does. */
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

static void stopping_includes_followed_children(void)
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

static void targets_are_known_after_the_end(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;

	if (!session)
		return;
	CHECK_EQ(0, a4t_trace_process(session, getppid(), &error));
	CHECK_EQ(0, follow(session, getpid()));
	a4t_stop(session);
	CHECK_EQ(1, a4t_is_target(session, getppid()));
	CHECK_EQ(1, a4t_is_target(session, getpid()));
	CHECK_EQ(0, a4t_is_target(session, 1));
	CHECK_EQ(0, a4t_trace_all(session));
	a4t_stop(session);
	CHECK_EQ(1, a4t_is_target(session, 1));
	a4t_close(session);
}

/* Starts and traces a child that waits to be killed. */
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

/*
 * Kills the child. When this function returns, the library has not yet read the event of the child's pidfd.
 */
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

static void a_child_that_reuses_the_id_of_an_ended_target_stays_followed(void)
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
	/* WNOWAIT leaves the zombie. */
	CHECK_EQ(0, waitid(P_PID, child, &end, WEXITED | WNOWAIT));
	return child;
}

/* Pretends that the kernel has skipped the BPF program thread_exit() at the end of the two children. */
static void children_whose_end_was_missed_are_forgotten(void)
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

static void a_target_that_reuses_the_id_of_an_ended_target_stays_traced(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	pid_t first, id;

	if (!session)
		return;
	first = start_target(session);
	id = start_target(session);
	end_target(session, first);
	/* Pretend that the first target had the same id. */
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

/* Without the epoll set, the second a4t_trace_process() fails. The first call must stay in effect. */
static void a_target_stays_traced_if_naming_it_again_fails(void)
{
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;
	int epoll_fd;
	pid_t id;

	if (!session)
		return;
	id = start_target(session);
	epoll_fd = session->events.epoll_fd;
	session->events.epoll_fd = -1;
	CHECK_EQ(-EBADF, a4t_trace_process(session, id, &error));
	session->events.epoll_fd = epoll_fd;
	CHECK(is_traced(session, id));
	end_target(session, id);
	CHECK_EQ(A4T_TARGETS_GONE, reasons(session));
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"stopping includes followed children", stopping_includes_followed_children},
		{"targets are known after the end", targets_are_known_after_the_end},
		{"a child that reuses the id of an ended target stays followed",
		 a_child_that_reuses_the_id_of_an_ended_target_stays_followed},
		{"a target that reuses the id of an ended target stays traced",
		 a_target_that_reuses_the_id_of_an_ended_target_stays_traced},
		{"children whose end was missed are forgotten", children_whose_end_was_missed_are_forgotten},
		{"a process can be named twice", a_process_can_be_named_twice},
		{"a target stays traced if naming it again fails",
		 a_target_stays_traced_if_naming_it_again_fails},
	};

	return RUN(tests);
}
