/* SPDX-License-Identifier: MIT */
#include "process/end.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>
#include "a4t.h"
#include "base/write.h"

/* How often the write in progress is checked. */
#define CHECK_SECONDS 1

/* The signal that ends the process. */
static atomic_int last_signal;

/* Writes only if stderr accepts it immediately, because stderr may be the stream that hangs. */
static void report_stuck(void)
{
	static const char message[] = "accept4-trace: cannot write the last events: the output is blocked\n"
				      "hint: the program that reads the output has stopped reading, e.g. "
				      "because its disk is full\n";
	struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
	ssize_t ignored;

	if (poll(&err, 1, 0) == 1 && err.revents == POLLOUT)
		ignored = write(STDERR_FILENO, message, sizeof(message) - 1);
	(void)ignored;
}

/*
 * Ends the process if the write seen at the last check is still in progress. Compares serial numbers of
 * writes instead of measuring time, because formatting a large table between two writes can be slow, too.
 */
static void check_writes(int signal)
{
	static atomic_int last_write;
	int saved = errno, under_way = write_under_way();

	(void)signal;
	if (under_way && under_way == last_write) {
		report_stuck();
		a4t_die_by_signal(last_signal);
	}
	last_write = under_way;
	alarm(CHECK_SECONDS);
	errno = saved;
}

void watch_writes(int signal)
{
	struct sigaction action = {.sa_handler = check_writes, .sa_flags = SA_RESTART};

	last_signal = signal;
	if (!sigaction(SIGALRM, &action, NULL))
		alarm(CHECK_SECONDS);
}

void stop_watching_writes(void)
{
	alarm(0);
}

void a4t_die_by_signal(int32_t number)
{
	struct rlimit no_core = {};
	sigset_t only;

	/* Only a traced command may leave a core dump. */
	setrlimit(RLIMIT_CORE, &no_core);
	signal(number, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, number);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	kill(getpid(), number);
}
