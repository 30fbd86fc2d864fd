/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "inheritance.h"

extern char **environ;

/* What a variable put aside was called, or NULL for any other. */
static const char *put_aside(const char *variable)
{
	size_t len = strlen(A4T_ASIDE);

	return strncmp(variable, A4T_ASIDE, len) ? NULL : variable + len;
}

static bool is_ours_alone(const char *variable)
{
	return !strncmp(variable, A4T_SIGNALS "=", sizeof(A4T_SIGNALS)) ||
	       !strncmp(variable, A4T_FDS "=", sizeof(A4T_FDS));
}

/* Our environment as it was before the launcher touched it. */
char **inherited_environment(void)
{
	size_t count = 0, kept = 0;
	char **original;

	while (environ[count])
		count++;
	original = calloc(count + 1, sizeof(*original));
	for (size_t i = 0; original && i < count; i++) {
		const char *aside = put_aside(environ[i]);

		if (!is_ours_alone(environ[i]))
			original[kept++] = aside ? (char *)aside : environ[i];
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

static size_t inherited_fds(int *fds, size_t room)
{
	const char *at = getenv(A4T_FDS);
	size_t count = 0;

	while (at && *at && count < room) {
		fds[count++] = atoi(at);
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	return count;
}

struct inheritance read_inheritance(void)
{
	struct inheritance inherited = {.signals = inherited_signals(), .locked_memory = locked_memory};

	inherited.fd_count = inherited_fds(inherited.fds, A4T_MOST_FDS);
	/* Without the launcher, as in a test. */
	for (int fd = 0; !getenv(A4T_FDS) && fd <= STDERR_FILENO; fd++)
		inherited.fds[inherited.fd_count++] = fd;
	return inherited;
}

static int next_kept(const int *fds, size_t count, int go, int report, int from)
{
	int next = INT_MAX;

	for (size_t i = 0; i < count; i++)
		if (fds[i] >= from && fds[i] < next)
			next = fds[i];
	if (go >= from && go < next)
		next = go;
	if (report >= from && report < next)
		next = report;
	return next;
}

/* Closes what lies between those that are kept. */
void keep_fds(const int *fds, size_t count, int go, int report)
{
	int from = 0, next;

	while ((next = next_kept(fds, count, go, report, from)) < INT_MAX) {
		if (next > from)
			syscall(SYS_close_range, from, next - 1, 0);
		from = next + 1;
	}
	syscall(SYS_close_range, from, INT_MAX, 0);
}

/* The launcher and the JVM have changed some: SIGINT, SIGPIPE, ... */
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
