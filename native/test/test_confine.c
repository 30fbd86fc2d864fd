/* SPDX-License-Identifier: MIT */
/*
 * Tests of a4t_confine(): every thread drops root's privileges. Each case runs in a child process; needs
 * root.
 */
#include <dirent.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "a4t.h"

#define THREADS 3

static void *sleep_on(void *unused)
{
	while (pause())
		;
	return unused;
}

/* The number of threads of this process that have `line` in their status file. */
static int threads_with(const char *line)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(tasks))) {
		char path[300], text[256];
		FILE *status;

		snprintf(path, sizeof(path), "/proc/self/task/%s/status", entry->d_name);
		status = entry->d_name[0] == '.' ? NULL : fopen(path, "re");
		while (status && fgets(text, sizeof(text), status))
			count += !strcmp(text, line);
		if (status)
			fclose(status);
	}
	closedir(tasks);
	return count;
}

/* Drops so many capabilities that the process has fewer than a4t_confine() would keep. */
static void give_up_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3] = {};

	words[0].effective = words[0].permitted = 1U << CAP_SYS_PTRACE | 1U << CAP_DAC_READ_SEARCH;
	CHECK_EQ(0, syscall(SYS_capset, &header, words));
}

static void allow_no_queued_signal(void)
{
	const struct rlimit none = {};

	CHECK_EQ(0, setrlimit(RLIMIT_SIGPENDING, &none));
}

static void confine(void (*before)(void))
{
	const struct a4t_config config = {
		.ring_bytes = 4096, .max_calls = 1, .max_targets = 1, .watch_fd = -1};
	struct a4t_error error;
	struct a4t *session = a4t_open(&config, &error);
	pthread_t thread;

	CHECK(session);
	before();
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(0, pthread_create(&thread, NULL, sleep_on, NULL));
	if (session)
		CHECK_EQ(0, a4t_confine(session, &error));
	CHECK_EQ(THREADS + 1, threads_with("NoNewPrivs:\t1\n"));
	a4t_close(session);
}

static void check_in_child(void (*before)(void))
{
	int status = -1, failed = failures;
	pid_t child;

	if (!root_or_skip())
		return;
	child = fork();
	if (child == 0) {
		confine(before);
		_exit(failures - failed);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(0, status);
}

static void all_threads_are_confined_if_no_signal_can_be_queued(void)
{
	check_in_child(allow_no_queued_signal);
}

static void all_threads_are_confined_if_capabilities_are_missing(void)
{
	check_in_child(give_up_capabilities);
}

int main(void)
{
	static const struct test tests[] = {
		{"all threads are confined if no signal can be queued",
		 all_threads_are_confined_if_no_signal_can_be_queued},
		{"all threads are confined if capabilities are missing",
		 all_threads_are_confined_if_capabilities_are_missing},
	};

	return RUN(tests);
}
