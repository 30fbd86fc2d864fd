/* SPDX-License-Identifier: MIT */
/* Tests of process/inheritance.c: a traced command inherits what accept4-trace inherited. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "process/inheritance.h"

static bool contains(char **environment, const char *variable)
{
	while (*environment && strcmp(*environment, variable))
		environment++;
	return *environment;
}

static void saved_variables_get_their_original_names(void)
{
	char **environment;

	setenv(A4T_ASIDE "JAVA_HOME", "/j", 1);
	/* Must not be restored, because a user could bring back a variable that sudo(8) has removed. */
	setenv(A4T_ASIDE "LD_PRELOAD", "/p", 1);
	setenv(A4T_SIGNALS, "1,2", 1);
	setenv(A4T_FDS, "0,", 1);
	setenv("OTHER", "o", 1);
	environment = inherited_environment();
	CHECK(contains(environment, "JAVA_HOME=/j"));
	CHECK(!contains(environment, "LD_PRELOAD=/p"));
	CHECK(contains(environment, "OTHER=o"));
	CHECK(!contains(environment, A4T_SIGNALS "=1,2"));
	CHECK(!contains(environment, A4T_FDS "=0,"));
	free(environment);
}

/* Runs `act` in a child, because signals and fds belong to the process. Returns its exit status. */
static int in_child(int (*act)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(act());
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int act_on_signals(void)
{
	struct inheritance inherited;
	struct sigaction action;
	sigset_t mask;
	int wrong = 0;

	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	setenv(A4T_SIGNALS, "2,200", 1); /* SIGINT ignored, SIGUSR1 blocked */
	wrong |= read_inheritance(&inherited);
	restore_signals(&inherited.signals);
	free_inheritance(&inherited);
	sigaction(SIGINT, NULL, &action);
	wrong |= action.sa_handler != SIG_IGN;
	sigaction(SIGPIPE, NULL, &action);
	wrong |= (action.sa_handler != SIG_DFL) << 1;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	wrong |= !sigismember(&mask, SIGUSR1) << 2;
	wrong |= sigismember(&mask, SIGINT) << 3;
	return wrong;
}

static void ignored_and_blocked_signals_are_restored(void)
{
	CHECK_EQ(0, in_child(act_on_signals));
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int act_on_fds(void)
{
	struct inheritance inherited;
	int wrong = 0;

	for (int fd = 20; fd <= 26; fd++)
		dup2(STDOUT_FILENO, fd);
	setenv(A4T_FDS, "1,21,24,", 1);
	wrong |= read_inheritance(&inherited);
	keep_fd(&inherited, 25);
	keep_fd(&inherited, 22);
	keep_fds(&inherited);
	free_inheritance(&inherited);
	wrong |= is_open(20) || is_open(23) || is_open(26);
	wrong |= (!is_open(1) || !is_open(21) || !is_open(24)) << 1;
	wrong |= (!is_open(22) || !is_open(25)) << 2;
	return wrong;
}

#define MANY 5000 /* open fds, which have even numbers */

static int act_on_many_fds(void)
{
	const struct rlimit limit = {.rlim_cur = 2 * MANY, .rlim_max = 2 * MANY};
	static char text[8 * MANY];
	struct inheritance inherited;
	int wrong = 0;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	for (int fd = 4, len = 0; fd < 2 * MANY; fd += 2)
		len += sprintf(text + len, "%d,", dup2(STDOUT_FILENO, fd));
	setenv(A4T_FDS, text, 1);
	wrong |= read_inheritance(&inherited);
	keep_fds(&inherited);
	free_inheritance(&inherited);
	for (int fd = 4; fd < 2 * MANY; fd++)
		wrong |= is_open(fd) != (fd % 2 == 0);
	return wrong;
}

static void thousands_of_files_stay_open(void)
{
	CHECK_EQ(0, in_child(act_on_many_fds));
}

static void only_inherited_files_stay_open(void)
{
	CHECK_EQ(0, in_child(act_on_fds));
}

int main(void)
{
	static const struct test tests[] = {
		{"saved variables get their original names", saved_variables_get_their_original_names},
		{"ignored and blocked signals are restored", ignored_and_blocked_signals_are_restored},
		{"only inherited files stay open", only_inherited_files_stay_open},
		{"thousands of files stay open", thousands_of_files_stay_open},
	};

	return RUN(tests);
}
