/*
 * unused: an SO_REUSEPORT group of two members. A BPF program selects the first one for each client. The
 * other one belongs to a child that never accepts. Makes and accepts a hundred connections a second until a
 * line on stdin. Then prints what a diagnosis must find, with T for the number of connections.
 */
#include "workers.h"
#include "workload.h"

#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAUSE_MS = 10 };

/* Attaches a classic BPF program that returns the number of the first member. */
static void select_first(int member)
{
	struct sock_filter code[] = {{BPF_RET | BPF_K, 0, 0, 0}};
	struct sock_fprog program = {.len = ARRAY_SIZE(code), .filter = code};

	check(setsockopt(member, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)),
	      "SO_ATTACH_REUSEPORT_CBPF");
}

static pid_t hold(int listener, int other)
{
	pid_t child = fork_worker();

	if (child == 0) {
		close(other);
		pause();
		_exit(EXIT_FAILURE);
	}
	close(listener);
	return child;
}

static void serve_until_input(int listener)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	while (check(poll(&input, 1, PAUSE_MS), "poll") == 0) {
		struct call call = {.fd = listener, .flags = SOCK_CLOEXEC | SOCK_NONBLOCK};
		int client = connect_to(listener);

		make_call(&call);
		check(call.result, "accept4");
		close_by_reset(client);
		close(call.result);
	}
}

int main(void)
{
	int first, second;
	unsigned int port;
	pid_t child;

	workload_start();
	first = listen_as_member(0, BACKLOG);
	port = local_port(first);
	second = listen_as_member(port, BACKLOG);
	select_first(second);
	child = hold(second, first);
	workload_ready();
	serve_until_input(first);
	if (!workload_next_line())
		return EXIT_FAILURE;
	printf("note: no connection for 1 of 2 SO_REUSEPORT sockets on 127.0.0.1:%u, while the others got T: "
	       "unused[%d] fd %d\n",
	       port, child, second);
	workload_done();
	kill(child, SIGKILL);
	return 0;
}
