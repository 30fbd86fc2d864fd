/* SPDX-License-Identifier: MIT */
/*
 * Tests of which listeners belong to targets. If such a listener is closed, or if one of its clients gives up
 * (resets its connection before it is accepted), the session reports this. It does not for other listeners.
 * Needs root.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include "closings.h"

#ifndef AF_SMC
#define AF_SMC 43
#endif

/* Returns a TCP socket that is bound to this address. Sets the port if it was 0. */
static int bound_socket(struct sockaddr_in *address, int option)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, option, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)address, len) || getsockname(fd, (struct sockaddr *)address, &len))
		_exit(EXIT_FAILURE);
	return fd;
}

/*
 * Two sockets can be bound to the same address until one of them listens. After that, listen() fails for the
 * other one.
 */
static void fail_to_listen(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int listener = bound_socket(&address, SO_REUSEADDR), other = bound_socket(&address, SO_REUSEADDR);

	if (listen(listener, BACKLOG) || !listen(other, BACKLOG) || errno != EADDRINUSE)
		_exit(EXIT_FAILURE);
	connect_clients(listener, clients, 1);
	await_queue(listener, 1);
	reset(clients[0]);
	close(other);
	close(listener);
}

/* Runs `calls` in a stranger, a child that is not traced. */
static void in_stranger(void (*calls)(struct sockaddr_in *address), struct sockaddr_in *address)
{
	pid_t stranger = fork();
	int status = 0;

	if (stranger == 0) {
		calls(address);
		_exit(0);
	}
	if (waitpid(stranger, &status, 0) != stranger || status)
		_exit(EXIT_FAILURE);
}

static void listen_once(struct sockaddr_in *address)
{
	int listener = bound_socket(address, SO_REUSEPORT);

	if (listen(listener, BACKLOG))
		_exit(EXIT_FAILURE);
	connect_clients(listener, clients, 1);
	await_queue(listener, 1);
	reset(clients[0]);
	close(listener);
}

/* Closes both listeners of a group. Then, a stranger listens at their address. */
static void close_a_group_before_a_stranger(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int one = bound_socket(&address, SO_REUSEPORT), two = bound_socket(&address, SO_REUSEPORT);

	if (listen(one, BACKLOG) || listen(two, BACKLOG))
		_exit(EXIT_FAILURE);
	close(one);
	close(two);
	in_stranger(listen_once, &address);
}

static void listen_for_ipv6_beside_a_stranger(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	struct sockaddr_in address = {.sin_family = AF_INET};
	int listener = socket(AF_INET6, SOCK_STREAM, 0), on = 1;

	if (setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
	    bind(listener, (struct sockaddr *)&any, sizeof(any)) || listen(listener, BACKLOG))
		_exit(EXIT_FAILURE);
	address.sin_port = htons(port_of(listener));
	in_stranger(listen_once, &address);
	connect_clients(listener, clients, 1);
	await_queue(listener, 1);
	reset(clients[0]);
	close(listener);
}

static int connect_from(const char *address, uint16_t port)
{
	struct sockaddr_in own = {.sin_family = AF_INET};
	struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
	int client = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, address, &own.sin_addr);
	if (bind(client, (struct sockaddr *)&own, sizeof(own)) ||
	    connect(client, (struct sockaddr *)&server, sizeof(server)))
		_exit(EXIT_FAILURE);
	return client;
}

/*
 * Closes a listener that has four clients from 127.0.0.2, one of which has given up, and one client from
 * 127.0.0.3.
 */
static void close_with_peers(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int listener = bound_socket(&address, SO_REUSEADDR), client;

	listen(listener, BACKLOG);
	for (int i = 0; i < 4; i++)
		client = connect_from("127.0.0.2", ntohs(address.sin_port));
	connect_from("127.0.0.3", ntohs(address.sin_port));
	await_queue(listener, 5);
	reset(client);
	close(listener);
}

/* For an SMC listener, the kernel opens a TCP listener, which does not belong to the process. */
static void listen_by_smc(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int listener = socket(AF_SMC, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&any, sizeof(any)) || listen(listener, BACKLOG))
		_exit(EXIT_FAILURE);
	close(listener);
	_exit(0);
}

static int count_of(uint16_t type)
{
	int count = 0;

	records.at = 0;
	while (next_of(type))
		count++;
	records.at = 0;
	return count;
}

static void a_failed_listen_closes_nothing(void)
{
	const struct accept_event *event;

	trace(fail_to_listen, false);
	if (skip_reason)
		return;
	CHECK_EQ(1, count_of(A4T_EVENT_CLOSED));
	CHECK_EQ(1, count_of(A4T_EVENT_GAVE_UP));
	event = next_of(A4T_EVENT_GAVE_UP);
	CHECK(event && event->listener.inode);
	event = next_of(A4T_EVENT_CLOSED);
	CHECK(event && event->queue_len == 1);
}

static void strangers_are_not_reported_after_a_group(void)
{
	trace(close_a_group_before_a_stranger, false);
	CHECK_EQ(skip_reason ? 0 : 2, count_of(A4T_EVENT_CLOSED));
	CHECK_EQ(0, count_of(A4T_EVENT_GAVE_UP));
}

static void a_listener_for_ipv6_has_no_ipv4_clients(void)
{
	const struct accept_event *event;

	trace(listen_for_ipv6_beside_a_stranger, false);
	if (skip_reason)
		return;
	CHECK_EQ(1, count_of(A4T_EVENT_GAVE_UP));
	event = next_of(A4T_EVENT_GAVE_UP);
	CHECK(event && event->accepted.family == AF_INET6);
	CHECK_EQ(1, count_of(A4T_EVENT_CLOSED));
}

/*
 * Traces close_with_peers() with a filter for clients from this address. Returns the record of the closed
 * listener, or NULL.
 */
static const struct accept_event *closing_with_peer(const char *address)
{
	wanted = (struct a4t_filter){.any = 1, .peer_count = 1};
	wanted.peers[0] = (struct a4t_network){
		.addr = {0, htobe64(0xffffULL << 32 | ntohl(inet_addr(address)))}, .mask = {~0ULL, ~0ULL}};
	trace(close_with_peers, false);
	wanted = (struct a4t_filter){};
	return next_of(A4T_EVENT_CLOSED);
}

static void only_wanted_peers_are_counted(void)
{
	const struct accept_event *event = closing_with_peer("127.0.0.2");

	if (skip_reason)
		return;
	CHECK(event);
	if (event) {
		CHECK_EQ(4, event->queue_len);
		CHECK_EQ(3, event->closing.reset);
	}
	event = closing_with_peer("127.0.0.3");
	CHECK(event);
	if (event) {
		CHECK_EQ(1, event->queue_len);
		CHECK_EQ(1, event->closing.reset);
	}
	CHECK(!closing_with_peer("127.0.0.4"));
}

static void listeners_of_the_kernel_are_not_reported(void)
{
	int smc = socket(AF_SMC, SOCK_STREAM, 0);

	if (smc < 0) {
		skip_on_this_kernel("needs SMC");
		return;
	}
	close(smc);
	CHECK_EQ(0, trace(listen_by_smc, false));
	CHECK_EQ(0, count_of(A4T_EVENT_CLOSED));
}

int main(void)
{
	static const struct test tests[] = {
		{"a failed listen closes nothing", a_failed_listen_closes_nothing},
		{"strangers are not reported after a group", strangers_are_not_reported_after_a_group},
		{"a listener for IPv6 has no IPv4 clients", a_listener_for_ipv6_has_no_ipv4_clients},
		{"only wanted peers are counted", only_wanted_peers_are_counted},
		{"listeners of the kernel are not reported", listeners_of_the_kernel_are_not_reported},
	};

	return RUN(tests);
}
