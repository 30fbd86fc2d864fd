/* SPDX-License-Identifier: MIT */
/*
 * A server to try accept4-trace on. A child process connects about every 300 ms. The server is sometimes busy
 * between accepts, so that some connections have to wait.
 *
 * Usage: demo-server [CONNECTIONS [PORT]]
 *
 * Prints its process id and port, then waits for a line on stdin, so that a tracer can attach first and
 * misses nothing. Ends after CONNECTIONS connections (default 12), 30 s after the line, or when its parent
 * ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_CONNECTIONS 12
#define MAX_CONNECTIONS	    1000
#define MAX_PORT	    65535
#define BACKLOG		    16
#define LIFETIME_S	    30
#define CLIENT_INTERVAL_US  300000

/* How long each connection keeps the server busy, in turn. */
static const useconds_t work_us[] = {1000, 450000, 80000, 1000, 750000, 20000};

static void fail(const char *what)
{
	fprintf(stderr, "demo-server: cannot %s: %s\n", what, strerror(errno));
	exit(1);
}

static int number(const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text && !*end && value >= least && value <= most)
		return value;
	fprintf(stderr,
		"demo-server: not a number from %ld to %ld: '%s'\n"
		"usage: demo-server [CONNECTIONS [PORT]]\n",
		least, most, text);
	exit(2);
}

/* If the port is 0, the kernel chooses a free one. Stores the port in `name`. */
static int listen_on(struct sockaddr_in *name)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t len = sizeof(*name);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)name, len) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)name, &len))
		fail("listen");
	return fd;
}

static void end_with_parent(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM))
		fail("watch its parent");
}

static void end_in_time(int signal)
{
	(void)signal;
	_exit(0);
}

/* False if stdin is closed, so that no line can come. */
static int wait_for_go(void)
{
	return getchar() != EOF;
}

static void connect_once(const struct sockaddr_in *server)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)server, sizeof(*server)))
		fail("connect");
	usleep(CLIENT_INTERVAL_US);
	close(fd);
}

static void start_client(const struct sockaddr_in *server, int connections)
{
	pid_t child = fork();

	if (child < 0)
		fail("start its client");
	if (child > 0)
		return;
	end_with_parent();
	while (connections--)
		connect_once(server);
	_exit(0);
}

static void serve(int listener, int connections)
{
	for (int i = 0; i < connections; i++) {
		struct sockaddr_in peer;
		socklen_t len = sizeof(peer);
		int fd = accept4(listener, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);

		if (fd < 0)
			fail("accept");
		usleep(work_us[i % (sizeof(work_us) / sizeof(work_us[0]))]);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	int connections = argc > 1 ? number(argv[1], 1, MAX_CONNECTIONS) : DEFAULT_CONNECTIONS;
	struct sockaddr_in name = {
		.sin_family = AF_INET,
		.sin_port = htons(argc > 2 ? number(argv[2], 0, MAX_PORT) : 0),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = listen_on(&name);

	end_with_parent();
	printf("demo server: pid %d, port %d\n", getpid(), ntohs(name.sin_port));
	fflush(stdout);
	if (!wait_for_go())
		return 0;
	signal(SIGALRM, end_in_time);
	alarm(LIFETIME_S);
	start_client(&name, connections);
	serve(listener, connections);
	wait(NULL);
	return 0;
}
