/*
 * queued: has clients, but never accepts. It has three listeners. One is a TCP listener with a full queue,
 * which a child also holds. The others are an AF_UNIX listener, and a TCP listener in another network
 * namespace. Prints what --queue must print for each.
 */
#include "expected.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG	     4
#define TCP_CLIENTS  (BACKLOG + 1) /* the kernel refuses clients only if more than BACKLOG wait */
#define UNIX_CLIENTS 2

static pid_t hold(void)
{
	pid_t child = check(fork(), "fork");

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(EXIT_FAILURE);
	}
	return child;
}

static int listen_unix(const struct sockaddr_un *name, socklen_t len)
{
	int listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	check(bind(listener, (const struct sockaddr *)name, len), "bind");
	check(listen(listener, BACKLOG), "listen");
	for (int i = 0; i < UNIX_CLIENTS; i++) {
		int client = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

		check(connect(client, (const struct sockaddr *)name, len), "connect");
	}
	return listener;
}

/* Waits for the last step of each handshake, which can take place after connect() has returned. */
static void await_queued(int listener, unsigned int count)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	do
		check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	while (info.tcpi_unacked < count);
}

static int listen_with_clients(int clients)
{
	int listener = listen_loopback(BACKLOG);

	for (int i = 0; i < clients; i++)
		connect_to(listener);
	await_queued(listener, clients);
	return listener;
}

int main(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(name.sun_family) + 1;
	int pid = getpid(), full, local, other;
	pid_t child;

	workload_start();
	len += sprintf(name.sun_path + 1, "a4t-queued-%d", pid);
	full = listen_with_clients(TCP_CLIENTS);
	child = hold();
	local = listen_unix(&name, len);
	enter_own_network();
	other = listen_with_clients(1);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	printf("127.0.0.1:%u  %d/%d waiting, oldest T (127.0.0.1:P)  queued[%d] fd %d, queued[%d] fd %d\n",
	       local_port(full), TCP_CLIENTS, BACKLOG, pid, full, child, full);
	printf("UNIX I,@\"a4t-queued-%d\"  %d/%d waiting, oldest T (queued[%d])  queued[%d] fd %d\n", pid,
	       UNIX_CLIENTS, BACKLOG, pid, pid, local);
	printf("127.0.0.1:%u  1/%d waiting, oldest T (127.0.0.1:P)  queued[%d] fd %d\n", local_port(other),
	       BACKLOG, pid, other);
	workload_done();
	kill(child, SIGKILL);
	return 0;
}
