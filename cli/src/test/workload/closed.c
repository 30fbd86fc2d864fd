/*
 * closed HOW: a child ends a TCP listener, in whose accept queue clients wait:
 *   close     by close()
 *   shutdown  by shutdown()
 *   half      by shutdown(SHUT_WR), which does not end it, then by close()
 *   exit      by exiting
 *   kill      by dying of SIGKILL
 *   fork      by killing a process that it has forked, and that holds the last descriptor
 *   gave-up   by close(), after one of the clients has reset its connection
 *   left      by close(), after two of the clients have closed their connections
 *   mptcp     by close() of an MPTCP listener
 *   unix      by close() of an AF_UNIX listener
 *   group     by close(), in a group with SO_REUSEPORT whose other member may take the connections
 *
 * The parent is the client. Prints the lines that a tracer must print, with the number of clients whose
 * connections were reset. Prints T instead of the time that a client has waited.
 */
#include "expected.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

enum { CLIENTS = 5, BACKLOG = 7, LEAVING = 2 };

/* A pair of pipes: the child reports its port, then waits until its clients have connected. */
struct talk {
	int report[2], go[2];
};

static void await_queued(int listener)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	do
		check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	while (info.tcpi_unacked < CLIENTS);
}

static int listen_mptcp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = check(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), "MPTCP");

	check(bind(listener, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listener, BACKLOG), "listen");
	return listener;
}

static bool is(const char *how, const char *other)
{
	return !strcmp(how, other);
}

/* Returns the length of the abstract name. */
static socklen_t name_of(pid_t server, struct sockaddr_un *name)
{
	*name = (struct sockaddr_un){.sun_family = AF_UNIX};
	return offsetof(struct sockaddr_un, sun_path) + 1 +
	       sprintf(name->sun_path + 1, "a4t-closed-%d", server);
}

static int listen_unix(void)
{
	struct sockaddr_un name;
	socklen_t len = name_of(getpid(), &name);

	return listen_at((struct sockaddr *)&name, len, BACKLOG);
}

static int listen_for(const char *how)
{
	if (is(how, "unix"))
		return listen_unix();
	if (is(how, "mptcp"))
		return listen_mptcp();
	return is(how, "group") ? listen_as_member(0, BACKLOG) : listen_loopback(BACKLOG);
}

static void leave_to_child(int listener)
{
	pid_t child = check(fork(), "fork");

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	close(listener);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void end_listener(const char *how, int listener)
{
	if (is(how, "exit"))
		_exit(EXIT_SUCCESS);
	if (is(how, "kill"))
		raise(SIGKILL);
	if (is(how, "fork"))
		leave_to_child(listener);
	else if (is(how, "shutdown"))
		check(shutdown(listener, SHUT_RDWR), "shutdown");
	else if (is(how, "half"))
		check(shutdown(listener, SHUT_WR), "shutdown");
	close(listener);
}

static void serve(const char *how, const struct talk *talk)
{
	int listener = listen_for(how);
	unsigned int port = is(how, "unix") ? 0 : local_port(listener);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	check(write(talk->report[1], &port, sizeof(port)), "write");
	check(read(talk->go[0], &byte, 1), "read");
	if (!is(how, "mptcp") && !is(how, "unix"))
		await_queued(listener);
	await_delivery();
	if (is(how, "group"))
		listen_as_member(port, BACKLOG);
	end_listener(how, listener);
	/* Keep the other member of the group open until the parent has looked at its clients. */
	check(write(talk->report[1], &port, sizeof(port)), "write");
	check(read(talk->go[0], &byte, 1), "read");
	_exit(EXIT_SUCCESS);
}

static int connect_client(unsigned int port, int protocol)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int client = check(socket(AF_INET, SOCK_STREAM, protocol), "socket");

	check(connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
	return client;
}

static int connect_unix(pid_t server)
{
	struct sockaddr_un name;
	socklen_t len = name_of(server, &name);
	int client = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	check(connect(client, (struct sockaddr *)&name, len), "connect");
	return client;
}

/* Each reset is counted only once, even if this function is called again. */
static int count_resets(const int *clients, int count)
{
	int resets = 0;

	for (int i = 0; i < count; i++)
		resets += is_reset(clients[i]);
	return resets;
}

/* An MPTCP client sees a reset only after a worker of the kernel has handled it. */
static void await_ends(const int *clients)
{
	for (int i = 0; i < CLIENTS; i++) {
		struct pollfd end = {.fd = clients[i]};

		check(poll(&end, 1, -1), "poll");
	}
}

static void give_up(unsigned int port, int client)
{
	printf("[gave-up] 127.0.0.1:%u<-127.0.0.1:%u waited=T\n", port, local_port(client));
	close_by_reset(client);
}

static bool ends_process(const char *how)
{
	return is(how, "exit") || is(how, "kill");
}

static void claim(const char *closer, unsigned int port, int waiting, int resets, int left, bool migrates,
		  bool by_exit)
{
	if (port)
		printf("[closed] 127.0.0.1:%u", port);
	else
		printf("[closed] @\"a4t-closed-%s\"", closer);
	printf(" by %s<closed> waiting=%d/%d", closer, waiting, BACKLOG);
	if (resets)
		printf(" reset=%d", resets);
	if (migrates && waiting > resets)
		printf(" migrated=%d", waiting - resets);
	if (left)
		printf(" left=%d", left);
	puts(by_exit ? " by=exit" : "");
}

/* The child holds the other member of the group, which ends when the child exits. */
static void end_group(const struct talk *talk, pid_t child, const char *closer, unsigned int port,
		      const int *clients, int resets)
{
	check(write(talk->go[1], "", 1), "write");
	waitpid(child, NULL, 0);
	await_delivery();
	claim(closer, port, CLIENTS - resets, count_resets(clients, CLIENTS), 0, false, true);
}

static void migrate_requests(void)
{
	FILE *setting;

	enter_own_network();
	setting = fopen("/proc/sys/net/ipv4/tcp_migrate_req", "w");
	if (!setting)
		return;
	fputs("1", setting);
	fclose(setting);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "close";
	int protocol = is(how, "mptcp") ? IPPROTO_MPTCP : 0, clients[CLIENTS], count = CLIENTS;
	unsigned int port;
	struct talk talk;
	char closer[16] = "P"; /* for fork: the child's own child, whose id is unknown here */
	pid_t child;
	int resets;

	workload_start();
	use_first_cpu();
	check(pipe(talk.report), "pipe");
	check(pipe(talk.go), "pipe");
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	if (is(how, "group"))
		migrate_requests();
	child = check(fork(), "fork");
	if (child == 0)
		serve(how, &talk);
	if (!is(how, "fork"))
		snprintf(closer, sizeof(closer), "%d", child);
	check(read(talk.report[0], &port, sizeof(port)), "read");
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = is(how, "unix") ? connect_unix(child) : connect_client(port, protocol);
	if (is(how, "gave-up"))
		give_up(port, clients[--count]);
	for (int i = 0; is(how, "left") && i < LEAVING; i++)
		close(clients[--count]);
	check(write(talk.go[1], "", 1), "write");
	if (ends_process(how))
		waitpid(child, NULL, 0);
	else
		check(read(talk.report[0], &port, sizeof(port)), "read");
	await_delivery();
	if (is(how, "mptcp"))
		await_ends(clients);
	resets = count_resets(clients, count);
	claim(closer, port, CLIENTS, resets, is(how, "left") ? LEAVING : 0, is(how, "group"),
	      ends_process(how) || is(how, "fork"));
	if (is(how, "group"))
		end_group(&talk, child, closer, port, clients, resets);
	workload_done();
	return EXIT_SUCCESS;
}
