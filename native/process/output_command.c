/* SPDX-License-Identifier: MIT */
/*
 * Starts the command that reads the output. The command inherits the same state as a traced command, except
 * for stdin.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "a4t.h"
#include "base/error.h"
#include "process/inheritance.h"

/*
 * ^C, ^\ and a hangup end the trace, but the command must still read the output that follows. The command
 * stays in our process group: in another one, `less` could not read keys from the terminal.
 */
static void ignore_terminal_signals(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

/*
 * Called in the child. Uses only async-signal-safe functions, because other threads may have held locks at
 * the fork.
 */
static void become_shell(const char *command, char **environment, const struct inheritance *inherited,
			 int input)
{
	const char *const argv[] = {"sh", "-c", command, NULL};

	restore_signals(&inherited->signals);
	ignore_terminal_signals();
	if (dup2(input, STDIN_FILENO) < 0)
		_exit(126);
	keep_fds(inherited);
	if (!setrlimit(RLIMIT_MEMLOCK, &inherited->locked_memory))
		execve("/bin/sh", (char *const *)argv, environment);
	_exit(127);
}

/* Returns the process id of the shell, or a negative errno. *output gets the writing end of its stdin. */
static int start_shell(const char *command, char **environment, struct inheritance *inherited, int *output)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	/* Even if stdin was closed when we were started, the command inherits the pipe as stdin. */
	keep_fd(inherited, STDIN_FILENO);
	pid = fork();
	if (pid == 0)
		become_shell(command, environment, inherited, ends[0]);
	close(ends[0]);
	if (pid < 0) {
		pid = -errno;
		close(ends[1]);
	}
	*output = ends[1];
	return pid;
}

int a4t_open_command(const char *command, int32_t *output, struct a4t_error *error)
{
	struct inheritance inherited;
	char **environment;
	int pid;

	note_locked_memory();
	keep_children();
	environment = inherited_environment();
	pid = read_inheritance(&inherited);
	if (!environment)
		pid = -ENOMEM;
	if (!pid)
		pid = start_shell(command, environment, &inherited, output);
	free_inheritance(&inherited);
	free(environment);
	return pid < 0 ? fail(error, pid, "run a command") : pid;
}
