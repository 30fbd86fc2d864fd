/*
 * slow: a server whose only thread does something else for 0.3 s before it accepts a connection that waits.
 * The argument says what: "busy" or "asleep". Ends after a line on stdin.
 */
#include "workers.h"
#include "workload.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WORK_NS = 300 * 1000 * 1000 };

static long long now(void)
{
	struct timespec time;

	check(clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime");
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void be_busy(void)
{
	long long end = now() + WORK_NS;

	while (now() < end)
		;
}

static void be_asleep(void)
{
	const struct timespec duration = {.tv_nsec = WORK_NS};

	check(nanosleep(&duration, NULL), "nanosleep");
}

int main(int argc, char **argv)
{
	void (*work)(void) = argc > 1 && strcmp(argv[1], "asleep") == 0 ? be_asleep : be_busy;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int listener;

	workload_start();
	listener = listen_loopback(BACKLOG);
	workload_ready();
	while (check(poll(&input, 1, 0), "poll") == 0) {
		struct call call = {.fd = listener, .flags = SOCK_CLOEXEC | SOCK_NONBLOCK};
		int client = connect_to(listener);

		work();
		make_call(&call);
		check(call.result, "accept4");
		close_by_reset(client);
		close(call.result);
	}
	return EXIT_SUCCESS;
}
