/*
 * group: an SO_REUSEPORT group of two members. The first one accepts all of its clients; the other one
 * belongs to a child that never accepts. Prints the name, the queue and the owner that a summary must have
 * for each member.
 */
#include "workload.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define BACKLOG 64

static unsigned int queued(int listener)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	return info.tcpi_unacked;
}

/* The kernel chooses a member for each client. */
static void connect_clients(int first, int second)
{
	unsigned int clients = 0;

	while (queued(first) == 0 || queued(second) == 0) {
		connect_to(first);
		clients++;
		while (queued(first) + queued(second) < clients)
			;
	}
}

static pid_t hold(int listener, int other)
{
	pid_t child = check(fork(), "fork");

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(other);
		pause();
		_exit(EXIT_FAILURE);
	}
	close(listener);
	return child;
}

int main(void)
{
	unsigned int port, mine, others;
	int first, second;
	pid_t child;

	workload_start();
	first = listen_as_member(0, BACKLOG);
	port = local_port(first);
	second = listen_as_member(port, BACKLOG);
	connect_clients(first, second);
	mine = queued(first);
	others = queued(second);
	child = hold(second, first);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	for (unsigned int i = 0; i < mine; i++) {
		struct call call = {.fd = first};

		make_call(&call);
		check(call.result, "accept4");
	}
	printf("TCP 127.0.0.1:%u  %u/%u/%d  T  group[%d]\n", port, others, others, BACKLOG, child);
	printf("TCP 127.0.0.1:%u  0/%u/%d  -  group[%d]\n", port, mine - 1, BACKLOG, getpid());
	workload_done();
	kill(child, SIGKILL);
	return 0;
}
