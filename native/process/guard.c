/* SPDX-License-Identifier: MIT */
#include "process/guard.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "events/clock.h"
#include "state.h"
#include "targets/pidfd.h"

/* How long the guard waits for the end of the processes that it has killed. */
#define PATIENCE_NS 2000000000ULL

/* How long the guard waits for the end of a killed process before it kills the next one. */
#define PATIENCE_MS 100

/* The only descriptors of the guard. */
enum {
	LEASH,	 /* a pipe, which reaches its end when the tracer ends */
	COMMAND, /* a pidfd */
	TARGETS, /* the map */
	DESCRIPTORS
};

/* Returns false if the process had already ended. */
static bool kill_process(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	if (poll(&end, 1, 0) > 0)
		return false;
	if (!syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0))
		poll(&end, 1, PATIENCE_MS);
	return true;
}

static bool kill_target(uint32_t tgid)
{
	int pidfd = syscall(SYS_pidfd_open, tgid, 0);
	bool was_alive = pidfd >= 0 && kill_process(pidfd);

	if (pidfd >= 0)
		close(pidfd);
	return was_alive;
}

/* Returns whether any target was alive. If so, it may have forked another target before its end. */
static bool kill_targets(uint64_t until_ns)
{
	uint32_t tgid, next;
	bool any = false;
	int err = bpf_map_get_next_key(TARGETS, NULL, &next);

	while (!err && monotonic_ns() < until_ns) {
		tgid = next;
		/* The BPF programs may delete the key once its process has ended. */
		err = bpf_map_get_next_key(TARGETS, &tgid, &next);
		any |= kill_target(tgid);
	}
	return any;
}

/* Async-signal-safe, because other threads may have held locks at the fork. */
static void guard(const int descriptors[DESCRIPTORS])
{
	int copies[DESCRIPTORS];
	uint64_t until_ns;
	char byte;

	for (int i = 0; i < DESCRIPTORS; i++)
		copies[i] = fcntl(descriptors[i], F_DUPFD, DESCRIPTORS);
	for (int i = 0; i < DESCRIPTORS; i++)
		dup2(copies[i], i);
	syscall(SYS_close_range, DESCRIPTORS, ~0U, 0);
	if (read(LEASH, &byte, 1) != 0)
		_exit(1);
	kill_process(COMMAND);
	until_ns = monotonic_ns() + PATIENCE_NS;
	while (kill_targets(until_ns) && monotonic_ns() < until_ns)
		;
	_exit(0);
}

/* The guard blocks all signals, because signals of the terminal also reach it. */
static int fork_guard(const int descriptors[DESCRIPTORS], int other_end)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid == 0) {
		close(other_end);
		guard(descriptors);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -errno : pid;
}

int start_guard(struct a4t *session, int32_t command)
{
	int pidfd = open_process(command), ends[2], pid;

	if (pidfd < 0)
		return pidfd;
	if (pipe2(ends, O_CLOEXEC)) {
		pid = -errno;
		close(pidfd);
		return pid;
	}
	pid = fork_guard((int[]){ends[0], pidfd, bpf_map__fd(session->skel->maps.targets)}, ends[1]);
	close(ends[0]);
	close(pidfd);
	if (pid < 0) {
		close(ends[1]);
		return pid;
	}
	session->command.guard = pid;
	session->command.leash = ends[1];
	return 0;
}

void end_guarded(struct a4t *session)
{
	if (!session->command.guard)
		return;
	close(session->command.leash);
	while (waitpid(session->command.guard, NULL, 0) < 0 && errno == EINTR)
		;
	session->command.guard = 0;
}

void a4t_end_command(struct a4t *session)
{
	end_guarded(session);
}
