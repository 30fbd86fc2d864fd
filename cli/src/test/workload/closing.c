/*
 * closing ROUNDS: a child repeatedly opens a TCP listener and closes it while clients, unlike those of
 * closed, still connect as fast as they can, from threads of the parent, on another CPU if there is one.
 * Prints the number of clients that were reset while they waited in the accept queue, and the number of those
 * that were reset so early, or already during connect(), that they may not have waited. A tracer must count
 * at least the first number of resets, and at most the sum.
 */
#include "workload.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 2, BACKLOG = 1024, QUEUED = 40, CLIENTS = 4096 };

/* The clients of a thread. */
struct crowd {
	pthread_t thread;
	int clients[CLIENTS];
	int count;
};

static _Atomic unsigned long resets, early;
static struct sockaddr_in server = {.sin_family = AF_INET};

/* For a listener, tcpi_unacked is the length of its accept queue. */
static unsigned int queued(int listener)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	return info.tcpi_unacked;
}

/* In each round, reports the port, waits for clients, and closes the listener while more of them connect. */
static void serve(unsigned long rounds, int report, int go)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	use_first_cpu();
	for (unsigned long round = 0; round < rounds; round++) {
		int listener = listen_loopback(BACKLOG);
		unsigned int port = local_port(listener);

		check(write(report, &port, sizeof(port)), "write");
		while (queued(listener) < QUEUED)
			;
		check(close(listener), "close");
		await_delivery();
		check(write(report, &port, sizeof(port)), "write");
		check(read(go, &byte, 1), "read");
	}
	_exit(EXIT_SUCCESS);
}

/*
 * Returns whether the connection was reset before or shortly after the last packet of the handshake arrived.
 * First waits until that packet is delivered, then until a reset that answers it is delivered, too.
 */
static bool is_reset_early(int client)
{
	await_delivery();
	await_delivery();
	return is_reset(client);
}

/* Connects until nobody listens. */
static void *connect_continuously(void *context)
{
	struct crowd *crowd = context;
	int err = 0;

	use_last_cpu();
	while (err != ECONNREFUSED && crowd->count < CLIENTS) {
		int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

		err = connect(client, (struct sockaddr *)&server, sizeof(server)) ? errno : 0;
		if (!err && is_reset_early(client))
			err = ECONNRESET;
		early += err == ECONNRESET;
		if (err)
			close(client);
		else
			crowd->clients[crowd->count++] = client;
	}
	return NULL;
}

/* Counts the clients whose connections the kernel has reset, because nobody accepted them. */
static void count_resets(struct crowd *crowd)
{
	for (int i = 0; i < crowd->count; i++) {
		resets += is_reset(crowd->clients[i]);
		close(crowd->clients[i]);
	}
	crowd->count = 0;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? parse_count(argv[1]) : 100;
	int report[2], go[2];
	pid_t child;

	workload_start();
	check(pipe(report), "pipe");
	check(pipe(go), "pipe");
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	child = check(fork(), "fork");
	if (child == 0)
		serve(rounds, report[1], go[0]);
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (unsigned long round = 0; round < rounds; round++) {
		static struct crowd crowds[THREADS];
		unsigned int port;

		check(read(report[0], &port, sizeof(port)), "read");
		server.sin_port = htons(port);
		for (int i = 0; i < THREADS; i++)
			check(-pthread_create(&crowds[i].thread, NULL, connect_continuously, &crowds[i]),
			      "pthread_create");
		for (int i = 0; i < THREADS; i++)
			pthread_join(crowds[i].thread, NULL);
		check(read(report[0], &port, sizeof(port)), "read");
		for (int i = 0; i < THREADS; i++)
			count_resets(&crowds[i]);
		check(write(go[1], "", 1), "write");
	}
	waitpid(child, NULL, 0);
	printf("%lu %lu\n", resets, early);
	workload_done();
	return EXIT_SUCCESS;
}
