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

/*
 * How often the guard checks whether the killed processes have ended, and whether any of their children have
 * become targets.
 */
#define INTERVAL_MS 10

/*
 * The guard ends after this many passes over the map `targets` in a row that find nobody alive. A single such
 * pass can have missed a target: after the pass has read the key of a process, the process can fork and end
 * before the pass checks it. The key of its child can be at a place in the map that the pass has gone by.
 */
#define CLEAN_PASSES	  2
#define CLEAN_INTERVAL_MS 1

/* The file descriptors that the guard keeps open. */
enum file {
	LEASH,	 /* the reading end of a pipe; the guard kills at its end of file */
	COMMAND, /* a pidfd */
	TARGETS, /* the BPF map `targets` */
	/* BPF links, so that programs update the map at forks and exits even after the tracer has ended. */
	FORKS,
	FORKS_TWIN,
	ENDS,
	ENDS_TWIN,
	FILES
};

/* Returns false if the process had already ended. */
static bool kill_process(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	if (poll(&end, 1, 0) > 0)
		return false;
	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	return true;
}

/* Returns whether the process may have been alive: also true without the memory or the file for a pidfd. */
static bool kill_target(uint32_t tgid)
{
	int pidfd = syscall(SYS_pidfd_open, tgid, 0);
	bool was_alive;

	if (pidfd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM;
	was_alive = kill_process(pidfd);
	close(pidfd);
	return was_alive;
}

/*
 * Returns whether any target was alive. If so, it may have forked another target before its end. Stops at
 * `until_ns`, because the pass could be endless: it starts again whenever its current key is deleted.
 */
static bool kill_targets(int map, uint64_t until_ns)
{
	uint32_t tgid, next;
	bool any = false;
	int err = bpf_map_get_next_key(map, NULL, &next);

	while (!err && monotonic_ns() < until_ns) {
		tgid = next;
		/*
		 * Once the process has ended, the BPF programs may delete its key, so get the next key first.
		 */
		err = bpf_map_get_next_key(map, &tgid, &next);
		any |= kill_target(tgid);
	}
	return any;
}

static void kill_all_targets(int map)
{
	uint64_t until_ns = monotonic_ns() + PATIENCE_NS;

	for (int clean = 0; monotonic_ns() < until_ns;) {
		clean = kill_targets(map, until_ns) ? 0 : clean + 1;
		if (clean == CLEAN_PASSES)
			return;
		poll(NULL, 0, clean ? CLEAN_INTERVAL_MS : INTERVAL_MS);
	}
}

/* Returns the lowest of the kept file descriptors that are at least `from`; -1 if there is none. */
static int lowest_kept(const int files[FILES], int from)
{
	int lowest = -1;

	for (int i = 0; i < FILES; i++)
		if (files[i] >= from && (lowest < 0 || files[i] < lowest))
			lowest = files[i];
	return lowest;
}

static void close_others(const int files[FILES])
{
	int from = 0;

	for (int kept = lowest_kept(files, 0); kept >= 0; kept = lowest_kept(files, from)) {
		if (kept > from)
			syscall(SYS_close_range, from, kept - 1, 0);
		from = kept + 1;
	}
	syscall(SYS_close_range, from, ~0U, 0);
}

/* Async-signal-safe, because other threads may have held locks at the fork. */
static void guard(const int files[FILES])
{
	char byte;

	close_others(files);
	if (read(files[LEASH], &byte, 1) != 0)
		_exit(1);
	kill_process(files[COMMAND]);
	kill_all_targets(files[TARGETS]);
	_exit(0);
}

/*
 * The guard blocks all signals, so that none that is meant for the tracer, e.g. from the terminal, ends the
 * guard. It has a process group of its own, so that a SIGKILL to the tracer's group does not end it either.
 * Both processes set the group, because either may run first.
 */
static int fork_guard(const int files[FILES], int other_end)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		close(other_end);
		guard(files);
	}
	if (pid > 0)
		setpgid(pid, pid);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -errno : pid;
}

/* -1 if the program is not attached. */
static int link_fd(const struct a4t *session, int link)
{
	return session->hooks.links[link] ? bpf_link__fd(session->hooks.links[link]) : -1;
}

int start_guard(struct a4t *session, int32_t command)
{
	int pidfd = open_process(command), ends[2], pid;
	int files[FILES] = {
		[COMMAND] = pidfd,
		[TARGETS] = bpf_map__fd(session->skel->maps.targets),
		[FORKS] = link_fd(session, LINK_FORK),
		[FORKS_TWIN] = link_fd(session, LINK_FORK_TWIN),
		[ENDS] = link_fd(session, LINK_THREAD_EXIT),
		[ENDS_TWIN] = link_fd(session, LINK_THREAD_EXIT_TWIN),
	};

	if (pidfd < 0)
		return pidfd;
	if (pipe2(ends, O_CLOEXEC)) {
		pid = -errno;
		close(pidfd);
		return pid;
	}
	files[LEASH] = ends[0];
	pid = fork_guard(files, ends[1]);
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
