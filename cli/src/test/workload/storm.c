/*
 * storm COUNT|steady [eagain|ebadf|mixed]: makes failing calls. For each line on stdin, makes COUNT calls as
 * fast as possible, then prints the number of calls so far. "steady" makes a call every millisecond, from the
 * first line until stdin ends, for at most a minute. "mixed" alternates, so that successive calls fail
 * differently.
 */
#include "workload.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEADY_CALLS = 60000 };

static int idle_listener;
static const char *kind;
static unsigned long made;

static int next_fd(void)
{
	if (strcmp(kind, "mixed") == 0)
		return made % 2 ? -1 : idle_listener;
	return strcmp(kind, "ebadf") == 0 ? -1 : idle_listener;
}

static void fail_once(void)
{
	struct call call = {.fd = next_fd()};

	make_call(&call);
	made++;
	if (call.result >= 0) {
		fprintf(stderr, "a call succeeded\n");
		exit(EXIT_FAILURE);
	}
}

static void report(void)
{
	printf("%lu\n", made);
	fflush(stdout);
}

static void burst(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		fail_once();
	report();
}

static void keep_on(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	const int millisecond = 1;

	while (made < STEADY_CALLS && poll(&input, 1, millisecond) == 0)
		fail_once();
	report();
}

int main(int argc, char **argv)
{
	bool steady = argc > 1 && strcmp(argv[1], "steady") == 0;
	unsigned long count = steady || argc < 2 ? 1 : parse_count(argv[1]);

	kind = argc > 2 ? argv[2] : "eagain";
	workload_start();
	idle_listener = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	check(listen(idle_listener, SOMAXCONN), "listen");
	workload_ready();
	while (workload_next_line()) {
		if (steady)
			keep_on();
		else
			burst(count);
	}
	return 0;
}
