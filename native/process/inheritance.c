/* SPDX-License-Identifier: MIT */
#include "process/inheritance.h"
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/*
 * Returns the original "NAME=value" of a variable that the launcher has saved, or NULL for other variables.
 * Only names that the launcher saves are restored. Otherwise, a user could bring back a variable that sudo(8)
 * removes, by passing it with the prefix A4T_ASIDE.
 */
static const char *saved_original(const char *variable)
{
	const char *original = variable + strlen(A4T_ASIDE);

	if (strncmp(variable, A4T_ASIDE, strlen(A4T_ASIDE)))
		return NULL;
	for (size_t i = 0; i < JVM_VARIABLES; i++) {
		size_t len = strlen(jvm_variables[i]);

		if (!strncmp(original, jvm_variables[i], len) && original[len] == '=')
			return original;
	}
	return NULL;
}

static bool is_internal(const char *variable)
{
	return !strncmp(variable, A4T_SIGNALS "=", sizeof(A4T_SIGNALS)) ||
	       !strncmp(variable, A4T_FDS "=", sizeof(A4T_FDS));
}

char **inherited_environment(void)
{
	size_t count = 0, kept = 0;
	char **original;

	while (environ[count])
		count++;
	original = calloc(count + 1, sizeof(*original));
	for (size_t i = 0; original && i < count; i++) {
		const char *saved = saved_original(environ[i]);

		if (!is_internal(environ[i]))
			original[kept++] = saved ? (char *)saved : environ[i];
	}
	return original;
}

static struct rlimit locked_memory;

static void note_limit(void)
{
	getrlimit(RLIMIT_MEMLOCK, &locked_memory);
}

void note_locked_memory(void)
{
	static pthread_once_t noted = PTHREAD_ONCE_INIT;

	pthread_once(&noted, note_limit);
}

static struct inherited_signals inherited_signals(void)
{
	struct inherited_signals signals = {};
	const char *text = getenv(A4T_SIGNALS);

	if (text)
		sscanf(text, A4T_SIGNALS_FORMAT, &signals.ignored, &signals.blocked);
	return signals;
}

/* Maximum number of keep_fd() calls. */
#define MAX_ADDED 2

static int by_number(const void *a, const void *b)
{
	int one = *(const int *)a, other = *(const int *)b;

	return (one > other) - (one < other);
}

static size_t count_commas(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, ',')))
		count++, text++;
	return count;
}

/* The user may have set the variable, so the numbers may be unsorted or invalid. */
static void parse_fds(const char *text, struct inheritance *inherited)
{
	while (text && *text) {
		long fd = strtol(text, NULL, 10);

		if (fd >= 0 && fd < INT_MAX)
			inherited->fds[inherited->fd_count++] = fd;
		text = strchr(text, ',');
		text = text ? text + 1 : NULL;
	}
	qsort(inherited->fds, inherited->fd_count, sizeof(*inherited->fds), by_number);
}

int read_inheritance(struct inheritance *inherited)
{
	/* The default is for tests, which run without the launcher. */
	const char *fds = getenv(A4T_FDS) ? getenv(A4T_FDS) : "0,1,2,";

	*inherited = (struct inheritance){.signals = inherited_signals(), .locked_memory = locked_memory};
	inherited->fds = calloc(count_commas(fds) + 1 + MAX_ADDED, sizeof(*inherited->fds));
	if (!inherited->fds)
		return -ENOMEM;
	parse_fds(fds, inherited);
	return 0;
}

bool is_inherited(int fd)
{
	struct inheritance inherited;
	bool found = true;

	if (getenv(A4T_FDS) && !read_inheritance(&inherited)) {
		found = bsearch(&fd, inherited.fds, inherited.fd_count, sizeof(fd), by_number);
		free_inheritance(&inherited);
	}
	return found;
}

void free_inheritance(struct inheritance *inherited)
{
	free(inherited->fds);
}

void keep_fd(struct inheritance *inherited, int fd)
{
	inherited->fds[inherited->fd_count++] = fd;
	qsort(inherited->fds, inherited->fd_count, sizeof(*inherited->fds), by_number);
}

/* Closes the ranges of descriptors between those that are kept. */
void keep_fds(const struct inheritance *inherited)
{
	int from = 0;

	for (size_t i = 0; i < inherited->fd_count; i++) {
		int fd = inherited->fds[i];

		if (fd > from)
			syscall(SYS_close_range, from, fd - 1, 0);
		from = fd + 1;
	}
	syscall(SYS_close_range, from, INT_MAX, 0);
}

void restore_signals(const struct inherited_signals *signals)
{
	sigset_t mask;

	sigemptyset(&mask);
	for (int number = 1; number <= A4T_LAST_SIGNAL; number++) {
		unsigned long long bit = 1ULL << (number - 1);
		struct sigaction action = {.sa_handler = signals->ignored & bit ? SIG_IGN : SIG_DFL};

		sigaction(number, &action, NULL);
		if (signals->blocked & bit)
			sigaddset(&mask, number);
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

void keep_children(void)
{
	signal(SIGCHLD, SIG_DFL);
}
