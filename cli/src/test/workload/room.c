/*
 * room: lets AF_UNIX clients wait for room in a full accept queue. Prints for each accepted client its socket
 * inode, and bounds of its wait in seconds, measured with CLOCK_MONOTONIC. The clients are:
 *
 *   - clients that fill the queue
 *   - a client that waits for room
 *   - a client that waits for room in vain, and connects again when there is room
 */
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NANOSECONDS = 1000000000, BACKLOG = 1, WAITING = BACKLOG + 1, WAIT = 200000000 };

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t address_len;

/* A client in a process of its own. */
struct client {
	pid_t pid;
	int orders;  /* a pipe; each byte lets it go on */
	int reports; /* a pipe; the inode of its socket, and times */
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / NANOSECONDS;
}

static unsigned long inode_of(int fd)
{
	struct stat status;

	check(fstat(fd, &status), "fstat");
	return status.st_ino;
}

static int try_to_connect(int fd)
{
	return connect(fd, (struct sockaddr *)&address, address_len);
}

static void stop_waiting(int number)
{
	(void)number;
}

/* What the client knows about its connection. */
struct report {
	unsigned long inode;
	double began;	  /* before connect() */
	double connected; /* after connect() */
};

static void run_client(bool in_vain, int orders, int reports)
{
	struct sigaction interrupted = {.sa_handler = stop_waiting};
	int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
	struct report report = {.inode = inode_of(fd)};
	char byte;

	check(sigaction(SIGUSR1, &interrupted, NULL), "sigaction");
	if (in_vain && (try_to_connect(fd) == 0 || errno != EINTR))
		check(-1, "connect");
	if (in_vain)
		check(read(orders, &byte, 1), "read");
	report.began = now();
	check(try_to_connect(fd), "connect");
	report.connected = now();
	check(write(reports, &report, sizeof(report)), "write");
	/* The socket stays open until the tracer has seen the accept. */
	check(read(orders, &byte, 1), "read");
	_exit(EXIT_SUCCESS);
}

static struct client start_client(bool in_vain)
{
	int orders[2], reports[2];
	struct client client;

	check(pipe(orders), "pipe");
	check(pipe(reports), "pipe");
	fflush(stdout);
	client.pid = check(fork(), "fork");
	if (client.pid == 0) {
		close(orders[1]);
		run_client(in_vain, orders[0], reports[1]);
	}
	client.orders = orders[1];
	client.reports = reports[0];
	return client;
}

static void accept_one(int listener, double *before, double *after)
{
	struct call call = {.fd = listener};

	*before = now();
	make_call(&call);
	*after = now();
	check(call.result, "accept4");
}

static void print_bounds(unsigned long inode, double least, double most)
{
	printf("%lu %.9f %.9f\n", inode, least > 0 ? least : 0, most);
}

static void fill(struct report waiting[WAITING])
{
	for (int i = 0; i < WAITING; i++) {
		int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

		waiting[i].inode = inode_of(fd);
		waiting[i].began = now();
		check(try_to_connect(fd), "connect");
		waiting[i].connected = now();
	}
}

static void accept_known(int listener, const struct report *client)
{
	double before, after;

	accept_one(listener, &before, &after);
	print_bounds(client->inode, before - client->connected, after - client->began);
}

/* `waiting`: a time at which the client was already waiting; 0 = it has waited since it was connected. */
static void accept_client(int listener, struct client *client, double waiting)
{
	struct report report;
	double before, after;

	check(read(client->reports, &report, sizeof(report)), "read");
	accept_one(listener, &before, &after);
	print_bounds(report.inode, before - (waiting ? waiting : report.connected), after - report.began);
	close(client->orders);
	check(waitpid(client->pid, NULL, 0), "waitpid");
}

static void await_waiting(const struct client *client)
{
	await_inside(client->pid, SYS_connect);
}

int main(void)
{
	struct report waiting[WAITING];
	struct client client;
	double since;
	int listener;

	workload_start();
	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "a4t-room-%d", getpid());
	address_len = sizeof(sa_family_t) + 1 + strlen(address.sun_path + 1);
	listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
	check(bind(listener, (struct sockaddr *)&address, address_len), "bind");
	check(listen(listener, BACKLOG), "listen");
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	fill(waiting);
	client = start_client(false);
	await_waiting(&client);
	since = now();
	let_pass(WAIT);
	for (int i = 0; i < WAITING; i++)
		accept_known(listener, &waiting[i]);
	accept_client(listener, &client, since);
	fill(waiting);
	client = start_client(true);
	await_waiting(&client);
	let_pass(WAIT);
	check(kill(client.pid, SIGUSR1), "kill");
	for (int i = 0; i < WAITING; i++)
		accept_known(listener, &waiting[i]);
	check(write(client.orders, "", 1), "write");
	accept_client(listener, &client, 0);
	workload_done();
	return 0;
}
