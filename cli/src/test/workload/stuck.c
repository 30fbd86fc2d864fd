/*
 * stuck KIND: runs a server that does not accept its waiting clients, for one of the reasons below. With the
 * KIND idle, runs a healthy server without clients. With deferred, the server waits because its client has
 * sent nothing. Prints the headline of the finding that --diagnose must print, with T for times.
 */
#include "workload.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 3
#define BACKLOG 16

#ifdef SYS_epoll_wait
#define EPOLL_CALL "epoll_wait"
#define EPOLL_NR   SYS_epoll_wait
#else
#define EPOLL_CALL "epoll_pwait"
#define EPOLL_NR   SYS_epoll_pwait
#endif

/* Where the server writes the headline. */
static FILE *headline;

static void await_queued(int listener, unsigned int count)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	do
		check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	while (info.tcpi_unacked < count);
}

/* Connects one client after the other, so that they wait in this order. Returns the first one. */
static int connect_clients(int listener)
{
	int first = connect_to(listener);

	await_queued(listener, 1);
	for (unsigned int i = 2; i <= CLIENTS; i++) {
		connect_to(listener);
		await_queued(listener, i);
	}
	return first;
}

static void begin(const char *kind, int listener)
{
	fprintf(headline, "stuck on 127.0.0.1:%u: %s[%d] ", local_port(listener), kind, getpid());
}

static void end(const char *rest)
{
	fprintf(headline, "%s\n", rest);
	fclose(headline);
}

static void stop(const char *kind)
{
	int listener = listen_loopback(BACKLOG);

	connect_clients(listener);
	begin(kind, listener);
	end("has been stopped for T; 3 connections wait, the oldest T");
	raise(SIGSTOP);
}

static void wait_for_client(const char *kind)
{
	int listener = listen_loopback(BACKLOG), client = connect_clients(listener);
	int connection = check(accept(listener, NULL, NULL), "accept");
	char byte;

	begin(kind, listener);
	fprintf(headline, "has been in recvfrom(%d) for T: 127.0.0.1:%u was accepted and has sent nothing; ",
		connection, local_port(client));
	end("2 connections wait behind it, the oldest T");
	recv(connection, &byte, 1, 0);
}

static void wait_for_lock(const char *kind)
{
	static uint32_t lock;
	int listener = listen_loopback(BACKLOG);

	connect_clients(listener);
	begin(kind, listener);
	end("has been in futex for T: it waits for another thread or process; 3 connections wait, the oldest "
	    "T");
	syscall(SYS_futex, &lock, 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0);
}

static void wait_without_listener(const char *kind)
{
	int listener = listen_loopback(BACKLOG), epoll = check(epoll_create1(0), "epoll_create1");
	struct epoll_event event;

	connect_clients(listener);
	begin(kind, listener);
	fprintf(headline,
		"has been in " EPOLL_CALL "(%d) for T: its epoll set does not contain the listener; ", epoll);
	end("3 connections wait, the oldest T");
	epoll_wait(epoll, &event, 1, -1);
}

static void wait_for_clients(const char *kind)
{
	(void)kind;
	end("");
	accept(listen_loopback(BACKLOG), NULL, NULL);
}

static void wait_for_data(const char *kind)
{
	int listener = listen_loopback(BACKLOG), seconds = 60;

	(void)kind;
	check(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)),
	      "TCP_DEFER_ACCEPT");
	connect_to(listener);
	end("");
	accept(listener, NULL, NULL);
}

static const struct {
	const char *kind;
	void (*serve)(const char *kind);
	long call; /* the call in which the server hangs or waits; -1 = the server is stopped */
} servers[] = {
	{"stopped", stop, -1},
	{"client", wait_for_client, SYS_recvfrom},
	{"futex", wait_for_lock, SYS_futex},
	{"epoll", wait_without_listener, EPOLL_NR},
	{"idle", wait_for_clients, SYS_accept},
	{"deferred", wait_for_data, SYS_accept},
};

/* The listener belongs to the child only. */
static pid_t start(size_t at)
{
	pid_t child = check(fork(), "fork");

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, servers[at].kind);
	servers[at].serve(servers[at].kind);
	_exit(EXIT_FAILURE);
}

static void await(pid_t child, long call)
{
	int status;

	if (call < 0)
		check(waitpid(child, &status, WUNTRACED), "waitpid");
	else
		await_inside(child, call);
}

static size_t find(const char *kind)
{
	for (size_t at = 0; at < ARRAY_SIZE(servers); at++)
		if (!strcmp(servers[at].kind, kind))
			return at;
	fprintf(stderr, "no such kind: %s\n", kind);
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	size_t at = find(argc == 2 ? argv[1] : "");
	char line[256] = "";
	int pipes[2];
	pid_t child;

	workload_start();
	check(pipe(pipes), "pipe");
	headline = fdopen(pipes[1], "w");
	child = start(at);
	fclose(headline);
	if (!fgets(line, sizeof(line), fdopen(pipes[0], "r")))
		return EXIT_FAILURE;
	await(child, servers[at].call);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	fputs(*line == '\n' ? "" : line, stdout);
	workload_done();
	kill(child, SIGKILL);
	return 0;
}
