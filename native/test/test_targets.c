/* SPDX-License-Identifier: MIT */
/* Tests of traced processes. The BPF programs are not loaded, so the map `targets` does not exist. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "base/messages.h"
#include "events/wakeup.h"
#include "session/poll.h"
#include "state.h"
#include "targets/targets.h"

static void open_session(struct a4t *session)
{
	capture_libbpf_messages();
	*session =
		(struct a4t){.skel = accept4_trace__open(), .events.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	session->events.wake_fd = -1;
}

static void close_session(struct a4t *session)
{
	close_targets(session);
	close_wakeups(session);
	accept4_trace__destroy(session->skel);
}

static void a_missing_process_is_reported(void)
{
	struct a4t session = {};
	struct a4t_error error;

	CHECK_EQ(-ESRCH, a4t_trace_process(&session, INT_MAX, &error));
	CHECK_EQ(ESRCH, error.error);
	CHECK_TEXT("trace process 2147483647", error.stage);
	CHECK_EQ(-EINVAL, a4t_trace_process(&session, 0, &error));
	CHECK_EQ(-EINVAL, a4t_trace_process(&session, -1, &error));
	CHECK_EQ(0, session.targets.count);
}

/* The process is a zombie: its parent has not waited for it yet. */
static void an_ended_process_is_reported_as_missing(void)
{
	struct a4t session = {};
	struct a4t_error error;
	int files = open_files();
	siginfo_t end;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	CHECK_EQ(0, waitid(P_PID, child, &end, WEXITED | WNOWAIT));
	CHECK_EQ(-ESRCH, a4t_trace_process(&session, child, &error));
	CHECK_EQ(0, session.targets.count);
	CHECK_EQ(files, open_files());
	waitpid(child, NULL, 0);
}

static void *try_own_id(void *result)
{
	struct a4t session = {};
	struct a4t_error error;

	*(int *)result = a4t_trace_process(&session, gettid(), &error);
	return NULL;
}

static void a_thread_is_not_a_process(void)
{
	pthread_t thread;
	int result = 0;

	CHECK_EQ(0, pthread_create(&thread, NULL, try_own_id, &result));
	pthread_join(thread, NULL);
	CHECK_EQ(-EINVAL, result);
}

/* Without programs, the update of the map fails, as if the map were full. */
static void an_untraceable_process_is_not_waited_for(void)
{
	struct a4t_error error;
	struct a4t session;

	open_session(&session);
	CHECK(a4t_trace_process(&session, getpid(), &error) < 0);
	CHECK(error.error > 0);
	CHECK_EQ(0, session.targets.alive);
	CHECK_EQ(-1, session.targets.processes[0].pidfd);
	close_session(&session);
}

/* Starts a child that lives until `life` is closed. */
static pid_t start_child(int *life)
{
	int ends[2];
	pid_t child;
	char byte;

	CHECK_EQ(0, pipe(ends));
	child = fork();
	if (child == 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) != 0);
	}
	close(ends[0]);
	*life = ends[1];
	return child;
}

static void watch_child(struct a4t *session, uint32_t index, pid_t child)
{
	int pidfd = syscall(SYS_pidfd_open, child, 0);

	session->targets.processes[index] = (struct process){.tgid = child, .pidfd = pidfd};
	session->targets.count++;
	session->targets.alive++;
	CHECK_EQ(0, watch(session, pidfd, EPOLLIN, WATCH_PROCESS, index));
}

static uint32_t reasons_after_the_end(struct a4t *session, pid_t child, int life)
{
	struct a4t_wakeup wakeup = {};

	close(life);
	CHECK_EQ(0, wait_for_reasons(session, -1, &wakeup));
	waitpid(child, NULL, 0);
	return wakeup.reasons;
}

static void only_the_end_of_the_last_process_is_reported(void)
{
	struct a4t session;
	int first_life, last_life, files = open_files();
	pid_t first, last;

	open_session(&session);
	session.targets.processes = calloc(2, sizeof(struct process));
	/* A child inherits the pipes of earlier children, so the child that ends last starts first. */
	last = start_child(&last_life);
	first = start_child(&first_life);
	watch_child(&session, 0, first);
	watch_child(&session, 1, last);
	CHECK_EQ(0, reasons_after_the_end(&session, first, first_life));
	CHECK_EQ(1, session.targets.alive);
	CHECK_EQ(-1, session.targets.processes[0].pidfd);
	CHECK_EQ(A4T_TARGETS_GONE, reasons_after_the_end(&session, last, last_life));
	close_session(&session);
	CHECK_EQ(files, open_files());
}

int main(void)
{
	static const struct test tests[] = {
		{"a missing process is reported", a_missing_process_is_reported},
		{"an ended process is reported as missing", an_ended_process_is_reported_as_missing},
		{"a thread is not a process", a_thread_is_not_a_process},
		{"an untraceable process is not waited for", an_untraceable_process_is_not_waited_for},
		{"only the end of the last process is reported",
		 only_the_end_of_the_last_process_is_reported},
	};

	return RUN(tests);
}
