/*
 * crossclose [N]: accepts N connections (default 10000) while other threads immediately close the new
 * descriptors and reuse them for other connections. Prints for each accept4 call the thread, the result and
 * the true port of the peer.
 *
 * Two acceptors close each other's newest descriptor. Two closers sweep over all numbers that accept4 can
 * return, and replace each descriptor that they close by a decoy, another connection of the same listener.
 * The clients are in another process, because the closers close every low descriptor of this process.
 */
#include "workload.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	DEFAULT_ACCEPTS = 10000,
	ACCEPTORS = 2,
	CLOSERS = 2,
	/* Maximum number of open connections, which bounds the descriptors that accept4 returns. */
	WINDOW = 8,
	FIRST_FD = 3,
	LAST_FD = FIRST_FD + 2 * WINDOW,
	/* Descriptors that must stay open are above this number. */
	FIRST_SAFE_FD = 100,
};

struct accepted {
	int fd;
	unsigned int port;
};

struct acceptor {
	pthread_t thread;
	pid_t tid;
	struct acceptor *other;
	struct accepted *accepted;
	size_t count;
	atomic_int newest;
};

struct closer {
	pthread_t thread;
	int decoy;
};

static int listener;
static size_t total;
static atomic_size_t tickets;
static atomic_bool done;

static int move_to_safety(int fd)
{
	int safe = check(fcntl(fd, F_DUPFD_CLOEXEC, FIRST_SAFE_FD), "F_DUPFD");

	check(close(fd), "close");
	return safe;
}

/* The kernel fills in the address before it publishes the descriptor, so there is no race. */
static struct accepted accept_one(void)
{
	struct sockaddr_in peer = {0};
	socklen_t length = sizeof(peer);
	struct call call = {
		.fd = listener,
		.address = (struct sockaddr *)&peer,
		.length = &length,
	};

	make_call(&call);
	return (struct accepted){.fd = call.result, .port = ntohs(peer.sin_port)};
}

static void *run_acceptor(void *argument)
{
	struct acceptor *self = argument;

	self->tid = gettid();
	while (atomic_fetch_add(&tickets, 1) < total) {
		struct accepted accepted = accept_one();

		atomic_store(&self->newest, accepted.fd);
		close(atomic_exchange(&self->other->newest, -1));
		self->accepted[self->count++] = accepted;
	}
	return NULL;
}

static void *run_closer(void *argument)
{
	struct closer *self = argument;

	while (!atomic_load(&done)) {
		for (int fd = FIRST_FD; fd <= LAST_FD; fd++) {
			if (close(fd) == 0 && dup2(self->decoy, fd) == fd)
				close(fd);
		}
	}
	return NULL;
}

/* Reads until a thread of the server has closed the connection. */
static void retire(int fd)
{
	char byte;

	while (read(fd, &byte, sizeof(byte)) > 0)
		;
	close_by_reset(fd);
}

static void run_clients(void)
{
	int sockets[WINDOW];

	for (size_t i = 0; i < total; i++) {
		if (i >= WINDOW)
			retire(sockets[i % WINDOW]);
		sockets[i % WINDOW] = connect_to(listener);
	}
	for (size_t i = 0; i < WINDOW && i < total; i++)
		retire(sockets[i]);
}

static void start_clients(void)
{
	if (check(fork(), "fork") > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	workload_start();
	run_clients();
	_exit(EXIT_SUCCESS);
}

static int make_decoy(void)
{
	int client = connect_to(listener);
	struct accepted accepted = accept_one();

	move_to_safety(client);
	return move_to_safety(check(accepted.fd, "accept4"));
}

static void set_up(struct acceptor *acceptors, struct closer *closers)
{
	listener = move_to_safety(listen_loopback(SOMAXCONN));
	for (int i = 0; i < CLOSERS; i++)
		closers[i].decoy = make_decoy();
	for (int i = 0; i < ACCEPTORS; i++) {
		acceptors[i].other = &acceptors[(i + 1) % ACCEPTORS];
		acceptors[i].accepted = calloc(total, sizeof(struct accepted));
		acceptors[i].newest = -1;
	}
}

static void run(struct acceptor *acceptors, struct closer *closers)
{
	start_clients();
	for (int i = 0; i < CLOSERS; i++)
		pthread_create(&closers[i].thread, NULL, run_closer, &closers[i]);
	for (int i = 0; i < ACCEPTORS; i++)
		pthread_create(&acceptors[i].thread, NULL, run_acceptor, &acceptors[i]);
	for (int i = 0; i < ACCEPTORS; i++)
		pthread_join(acceptors[i].thread, NULL);
	atomic_store(&done, true);
	for (int i = 0; i < CLOSERS; i++)
		pthread_join(closers[i].thread, NULL);
}

static void print_accepted(const struct acceptor *acceptor)
{
	for (size_t i = 0; i < acceptor->count; i++)
		printf("%d %d %u\n", acceptor->tid, acceptor->accepted[i].fd, acceptor->accepted[i].port);
}

int main(int argc, char **argv)
{
	struct acceptor acceptors[ACCEPTORS] = {0};
	struct closer closers[CLOSERS] = {0};

	workload_start();
	total = argc > 1 ? parse_count(argv[1]) : DEFAULT_ACCEPTS;
	set_up(acceptors, closers);
	workload_ready();
	if (workload_next_line())
		run(acceptors, closers);
	for (int i = 0; i < ACCEPTORS; i++)
		print_accepted(&acceptors[i]);
	return 0;
}
