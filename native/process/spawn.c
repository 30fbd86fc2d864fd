/* SPDX-License-Identifier: MIT */
/* Starts the command to trace. The forked child waits for a4t_release() before exec. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/error.h"
#include "process/command_line.h"
#include "process/guard.h"
#include "process/identity.h"
#include "process/inheritance.h"
#include "state.h"
#include "targets/calls.h"

/* read(2), repeated after a signal. */
static ssize_t read_on(int fd, void *bytes, size_t count)
{
	ssize_t len;

	do
		len = read(fd, bytes, count);
	while (len < 0 && errno == EINTR);
	return len;
}

/* Searches PATH, like execvpe(3). */
static bool is_found(const char *name)
{
	const char *from = strchr(name, '/') ? NULL : getenv("PATH");
	char path[PATH_MAX];

	if (!from)
		return !access(name, X_OK);
	for (;; from++) {
		int len = strcspn(from, ":");

		snprintf(path, sizeof(path), "%.*s%s%s", len, from, len ? "/" : "", name);
		if (!access(path, X_OK))
			return true;
		from += len;
		if (!*from)
			return false;
	}
}

/* Returns ELIBACC instead of ENOENT if the missing file is the interpreter of a script or an ELF file. */
static int why_not_run(const char *name, int err)
{
	return err == ENOENT && *name && is_found(name) ? ELIBACC : err;
}

/*
 * Called in the child. Uses only async-signal-safe functions, because other threads may have held locks at
 * the fork.
 */
static void become_command(char **argv, char **environment, const struct inheritance *inherited,
			   const struct identity *identity, int go, int report)
{
	char byte;
	int err;

	restore_signals(&inherited->signals);
	keep_fds(inherited);
	/* End of file means that a4t_release() has failed, or that the tracer ended before calling it. */
	if (read_on(go, &byte, 1) != 1)
		_exit(1);
	err = setrlimit(RLIMIT_MEMLOCK, &inherited->locked_memory) ? errno : assume(identity);
	if (!err) {
		execvpe(argv[0], argv, environment);
		err = why_not_run(argv[0], errno);
	}
	if (write(report, &err, sizeof(err)) != sizeof(err))
		_exit(1);
	_exit(127);
}

static void close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static int fork_command(struct a4t *session, char **argv, char **environment, struct inheritance *inherited,
			const struct identity *identity)
{
	int go[2], report[2], err;
	pid_t pid;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(report, O_CLOEXEC)) {
		err = -errno;
		close_pipe(go);
		return err;
	}
	keep_fd(inherited, go[0]);
	keep_fd(inherited, report[1]);
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		become_command(argv, environment, inherited, identity, go[0], report[1]);
	}
	if (pid < 0) {
		err = -errno;
		close_pipe(go);
		close_pipe(report);
		return err;
	}
	close(go[0]);
	close(report[1]);
	session->command.go = go[1];
	session->command.report = report[0];
	return pid;
}

static int start_command(struct a4t *session, int words, const struct identity *identity)
{
	size_t size;
	char *text, **argv;
	int unread = read_command_line(&text, &size);
	char **environment = inherited_environment();
	struct inheritance inherited;
	int pid = read_inheritance(&inherited);

	argv = unread ? NULL : last_words(text, size, words);
	keep_children();
	if (unread)
		pid = unread;
	else if (!argv || !environment)
		pid = -ENOMEM;
	if (!pid)
		pid = fork_command(session, argv, environment, &inherited, identity);
	free_inheritance(&inherited);
	free(environment);
	free(argv);
	free(text);
	return pid;
}

int a4t_spawn(struct a4t *session, int32_t words, const char *user, uint32_t must_end,
	      struct a4t_error *error)
{
	struct identity identity;
	int err = find_user(user, &identity), pid;

	if (err) {
		free_identity(&identity);
		return fail(error, err, "find user %s", user);
	}
	pid = start_command(session, words, &identity);
	free_identity(&identity);
	if (pid < 0)
		return fail(error, pid, "start the command");
	err = must_end ? start_guard(session, pid) : 0;
	if (err)
		return fail(error, err, "start the guard of the command");
	/* ^C at the terminal is meant for the command. The trace continues until the command ends. */
	signal(SIGINT, SIG_IGN);
	return pid;
}

int a4t_release(struct a4t *session, struct a4t_error *error)
{
	int err = 0, unknown = announce_calls(session);
	ssize_t written = unknown ? 0 : write(session->command.go, "g", 1), len;

	close(session->command.go);
	/*
	 * If exec succeeds, it closes the other end of the pipe, so this reads the end of file instead of an
	 * errno.
	 */
	len = read_on(session->command.report, &err, sizeof(err));
	close(session->command.report);
	if (unknown)
		return fail(error, unknown, "find the calls in progress");
	if (written != 1)
		return fail(error, EPIPE, "start the command");
	return len == sizeof(err) ? fail(error, err, "run the command") : 0;
}

int a4t_wait_command(int32_t pid)
{
	int status;

	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}
