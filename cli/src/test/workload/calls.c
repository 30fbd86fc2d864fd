/*
 * calls: one thread makes 23 accept4 calls of all kinds. 23 is prime, so that a wrong count is unlikely to be
 * 23 by chance. Prints for each call the complete line that a tracer must print, with T for values that only
 * the tracer measures. With the argument "whole", addresses are not abbreviated.
 */
#include "expected.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum target { INET, INET6, PATH, ABSTRACT, NONBLOCKING, NOT_LISTENING, TARGETS, MINUS_ONE, CLOSED };

enum client { PLAIN, MAPPED, BOUND };

/* The pointers that are passed. */
enum pointers { NEITHER, BOTH, ONLY_ADDRESS, ONLY_LENGTH };

struct step {
	enum target target;
	int clients;
	enum client client;
	enum pointers pointers;
	socklen_t size;
	int flags;
};

struct listener {
	int fd;
	int backlog;
	int queued;
	/* Circular buffer: the number of connections that were queued before each connection. */
	int before[8];
	unsigned int came, left;
};

static struct listener listeners[TARGETS];

static const struct step steps[] = {
	{INET, 1, PLAIN, BOTH, 16, SOCK_CLOEXEC | SOCK_NONBLOCK},
	{INET, 1, PLAIN, BOTH, 112, SOCK_CLOEXEC},
	{INET, 3, PLAIN, NEITHER, 0, 0},
	{INET, 0, PLAIN, BOTH, 16, SOCK_NONBLOCK},
	{INET, 0, PLAIN, ONLY_LENGTH, 16, 0},
	{INET, 1, PLAIN, BOTH, 8, 0},
	{INET, 1, PLAIN, BOTH, 4, 0},
	{INET, 1, PLAIN, BOTH, 2, 0},
	{INET, 1, PLAIN, BOTH, 0, 0},
	{INET6, 1, PLAIN, BOTH, 28, 0},
	{INET6, 2, MAPPED, BOTH, 28, SOCK_CLOEXEC},
	{INET6, 0, MAPPED, BOTH, 24, 0},
	{PATH, 1, PLAIN, BOTH, 110, 0},
	{PATH, 1, BOUND, BOTH, 110, SOCK_NONBLOCK},
	{ABSTRACT, 2, PLAIN, NEITHER, 0, SOCK_CLOEXEC},
	{NONBLOCKING, 0, PLAIN, BOTH, 128, 0},
	{NONBLOCKING, 0, PLAIN, NEITHER, 0, SOCK_CLOEXEC},
	{NONBLOCKING, 0, PLAIN, ONLY_ADDRESS, 0, 0},
	{INET, 0, PLAIN, BOTH, 16, SOCK_CLOEXEC | 0x1},
	{INET, 0, PLAIN, NEITHER, 0, 0x1},
	{MINUS_ONE, 0, PLAIN, NEITHER, 0, 0},
	{CLOSED, 0, PLAIN, BOTH, 16, SOCK_NONBLOCK},
	{NOT_LISTENING, 0, PLAIN, BOTH, 16, 0},
};

_Static_assert(ARRAY_SIZE(steps) == 23, "the tests count 23 calls");

static struct listener *listener_of(enum target target)
{
	return target < TARGETS ? &listeners[target] : NULL;
}

static int fd_of(enum target target)
{
	static const int closed = 1000000;

	if (target == MINUS_ONE)
		return -1;
	return target == CLOSED ? closed : listeners[target].fd;
}

/* Only the length delimits the name, because an abstract address has no terminating NUL. */
static socklen_t name_unix(struct sockaddr_un *address, char first, const char *rest)
{
	int length;

	address->sun_family = AF_UNIX;
	address->sun_path[0] = first;
	length = snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s.%d", rest, getpid());
	return offsetof(struct sockaddr_un, sun_path) + 1 + length;
}

static int listen_unix(char first, const char *rest, int backlog)
{
	struct sockaddr_un address = {0};
	socklen_t size = name_unix(&address, first, rest);

	return listen_at((struct sockaddr *)&address, size, backlog);
}

static int listen_inet6(int backlog)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};

	return listen_at((struct sockaddr *)&any, sizeof(any), backlog);
}

static int listen_nonblocking(int backlog)
{
	int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

	check(listen(fd, backlog), "listen");
	return fd;
}

static void set_up(void)
{
	listeners[INET] = (struct listener){.fd = listen_loopback(5), .backlog = 5};
	listeners[INET6] = (struct listener){.fd = listen_inet6(7), .backlog = 7};
	listeners[PATH] = (struct listener){.fd = listen_unix('/', "tmp/accept4-calls", 11), .backlog = 11};
	listeners[ABSTRACT] =
		(struct listener){.fd = listen_unix('\0', "accept4 \"calls\"", 13), .backlog = 13};
	listeners[NONBLOCKING] = (struct listener){.fd = listen_nonblocking(17), .backlog = 17};
	listeners[NOT_LISTENING] = (struct listener){.fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket")};
}

static int connect_bound(int listener)
{
	struct sockaddr_un own = {0};
	socklen_t own_size = name_unix(&own, '\0', "client\n");
	struct sockaddr_un address;
	socklen_t size = sizeof(address);
	int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	check(bind(fd, (struct sockaddr *)&own, own_size), "bind");
	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	check(connect(fd, (struct sockaddr *)&address, size), "connect");
	return fd;
}

static int connect_client(enum client kind, int listener)
{
	switch (kind) {
	case MAPPED:
		return connect_mapped(listener);
	case BOUND:
		return connect_bound(listener);
	default:
		return connect_to(listener);
	}
}

/* connect() may return before the listener has processed the last packet of the handshake. */
static void await_queue(const struct listener *listener)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	while (getsockopt(listener->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
	       info.tcpi_unacked < (unsigned int)listener->queued)
		sched_yield();
}

/* Returns the first of the connected clients, which is the next one to be accepted. */
static int connect_clients(const struct step *step)
{
	struct listener *listener = listener_of(step->target);
	int first = -1;

	for (int i = 0; i < step->clients; i++) {
		int client = connect_client(step->client, listener->fd);

		first = first < 0 ? client : first;
		listener->before[listener->came++ % ARRAY_SIZE(listener->before)] = listener->queued++;
	}
	if (step->clients > 0)
		await_queue(listener);
	return first;
}

/* T replaces a measured time. */
static void print_measures(const struct step *step, const struct call *call)
{
	struct listener *listener = listener_of(step->target);

	printf(" <T>");
	if (call->result >= 0) {
		int before = listener->before[listener->left++ % ARRAY_SIZE(listener->before)];

		listener->queued--;
		printf(" wait=T queue=%d/%d", listener->queued, listener->backlog);
		if (before > 0)
			printf(" ahead=%d", before);
		if (step->target == PATH || step->target == ABSTRACT)
			printf(" peer=%d<calls> uid=%u", getpid(), geteuid());
	}
	putchar('\n');
}

static void take_step(const struct step *step)
{
	static struct sockaddr_storage address;
	static socklen_t length;
	bool with_address = step->pointers == BOTH || step->pointers == ONLY_ADDRESS;
	bool with_length = step->pointers == BOTH || step->pointers == ONLY_LENGTH;
	struct call call = {
		.fd = fd_of(step->target),
		.address = with_address ? (struct sockaddr *)&address : NULL,
		.length = with_length ? &length : NULL,
		.flags = step->flags,
	};
	int client = connect_clients(step);

	length = step->size;
	make_call(&call);
	print_call(&call, client);
	print_measures(step, &call);
}

static void remove_path(void)
{
	struct sockaddr_un address = {0};

	name_unix(&address, '/', "tmp/accept4-calls");
	check(unlink(address.sun_path), "unlink");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "whole") == 0)
		addresses_are_whole();
	workload_start();
	set_up();
	workload_ready();
	if (workload_next_line())
		for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
			take_step(&steps[i]);
	remove_path();
	return 0;
}
