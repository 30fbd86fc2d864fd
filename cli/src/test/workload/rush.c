/*
 * rush: opens two listeners on the same port of two addresses. Until a line is read, clients connect and are
 * accepted at full rate. All clients of 127.0.0.1 come from 127.0.0.11, and those of 127.0.0.2 from
 * 127.0.0.12. Prints the port.
 */
#include "workload.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { LISTENERS = 2, BACKLOG = 48, FILL = 32, OPEN = 64 };

static struct sockaddr_in loopback(int last_byte, in_port_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + last_byte)};
}

/* Runs `loop` in a child that ends with this process. */
static void start(void (*loop)(int listener, int number, in_port_t port), int listener, int number,
		  in_port_t port)
{
	if (check(fork(), "fork") != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	loop(listener, number, port);
	_exit(EXIT_FAILURE);
}

static void connect_for_ever(int listener, int number, in_port_t port)
{
	struct sockaddr_in own = loopback(10 + number, 0), server = loopback(number, port);
	int open[OPEN];

	(void)listener;
	for (int i = 0;; i++) {
		int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

		check(bind(client, (struct sockaddr *)&own, sizeof(own)), "bind");
		check(connect(client, (struct sockaddr *)&server, sizeof(server)), "connect");
		if (i >= OPEN)
			close_by_reset(open[i % OPEN]);
		open[i % OPEN] = client;
	}
}

static unsigned int queued(int listener)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	return info.tcpi_unacked;
}

/* Lets the queue fill, and empties half of it. */
static void accept_for_ever(int listener, int number, in_port_t port)
{
	(void)number;
	(void)port;
	for (;;) {
		while (queued(listener) < FILL)
			;
		for (int i = 0; i < FILL / 2; i++)
			close_by_reset(check(accept(listener, NULL, NULL), "accept"));
	}
}

int main(void)
{
	in_port_t port = 0;

	workload_start();
	for (int number = 1; number <= LISTENERS; number++) {
		struct sockaddr_in address = loopback(number, port);
		int listener = listen_at((struct sockaddr *)&address, sizeof(address), BACKLOG);

		port = local_port(listener);
		start(accept_for_ever, listener, number, port);
		start(connect_for_ever, listener, number, port);
	}
	printf("%u\n", port);
	workload_ready();
	workload_next_line();
	return 0;
}
