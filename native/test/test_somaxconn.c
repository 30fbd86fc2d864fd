/* SPDX-License-Identifier: MIT */
/* Tests of a4t_somaxconn(), which reads the limit of a process's network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"

static long own_limit(void)
{
	long limit = -1;
	FILE *file = fopen("/proc/sys/net/core/somaxconn", "re");

	CHECK(file && fscanf(file, "%ld", &limit) == 1);
	if (file)
		fclose(file);
	return limit;
}

static void limit_of_our_own_namespace(void)
{
	CHECK_EQ(own_limit(), a4t_somaxconn(getpid()));
}

static void limit_of_a_missing_process(void)
{
	CHECK_EQ(-ENOENT, a4t_somaxconn(0x7fffffff));
}

/* Enters a new network namespace, sets its limit to 77 and writes a byte to `ready`. */
static void run_in_own_namespace(int ready)
{
	int fd;

	if (unshare(CLONE_NEWNET))
		_exit(1);
	fd = open("/proc/sys/net/core/somaxconn", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "77", 2) != 2 || write(ready, "", 1) != 1)
		_exit(1);
	pause();
	_exit(0);
}

static void limit_of_another_namespace(void)
{
	struct stat before, after;
	int pipes[2];
	char ready;
	pid_t pid;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, pipe(pipes));
	CHECK_EQ(0, stat("/proc/thread-self/ns/net", &before));
	pid = fork();
	if (pid == 0)
		run_in_own_namespace(pipes[1]);
	close(pipes[1]);
	CHECK_EQ(1, read(pipes[0], &ready, 1));
	CHECK_EQ(77, a4t_somaxconn(pid));
	CHECK_EQ(0, stat("/proc/thread-self/ns/net", &after));
	CHECK_EQ(before.st_ino, after.st_ino);
	close(pipes[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	static const struct test tests[] = {
		{"limit of our own namespace", limit_of_our_own_namespace},
		{"limit of a missing process", limit_of_a_missing_process},
		{"limit of another namespace", limit_of_another_namespace},
	};

	return RUN(tests);
}
