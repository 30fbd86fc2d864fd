/* SPDX-License-Identifier: MIT */
/* Tests of records about connections that are closed right after the accept; needs root. */
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include "session.h"
#include "sockets.h"

#define GREETING "hello"

static const struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr = {0x0100007f}};

/* A client and the server's end of its connection. */
struct ends {
	int client;
	int server;
};

static void require(bool fact)
{
	if (!fact)
		_exit(EXIT_FAILURE);
}

static int listen_for_one(void)
{
	return listen_on(&loopback, sizeof(loopback), 1);
}

static struct ends connection(void)
{
	struct ends ends;
	int listener = listen_for_one();

	connect_clients(listener, &ends.client, 1);
	ends.server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	require(ends.server >= 0);
	return ends;
}

static void await(int fd, short events)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};

	require(poll(&poll_fd, 1, -1) == 1 && poll_fd.revents & events);
}

static void greet(int from, int to)
{
	require(write(from, GREETING, strlen(GREETING)) == (ssize_t)strlen(GREETING));
	await(to, POLLIN);
}

static void close_silent(void)
{
	close(connection().server);
}

static void close_unread(void)
{
	struct ends ends = connection();

	greet(ends.client, ends.server);
	close(ends.server);
}

/* The client has sent all its data, and waits for the answer. */
static void close_unread_after_fin(void)
{
	struct ends ends = connection();

	greet(ends.client, ends.server);
	shutdown(ends.client, SHUT_WR);
	await(ends.server, POLLRDHUP);
	close(ends.server);
}

static void shut_down(void)
{
	shutdown(connection().server, SHUT_RDWR);
}

static void close_after_read(void)
{
	struct ends ends = connection();
	char byte;

	greet(ends.client, ends.server);
	require(read(ends.server, &byte, 1) == 1);
	close(ends.server);
}

static void close_after_write(void)
{
	struct ends ends = connection();

	greet(ends.server, ends.client);
	close(ends.server);
}

static void shut_down_writing(void)
{
	struct ends ends = connection();

	shutdown(ends.server, SHUT_WR);
	close(ends.server);
}

static void close_after_client(void)
{
	struct ends ends = connection();

	close(ends.client);
	await(ends.server, POLLRDHUP);
	close(ends.server);
}

static void close_after_reset(void)
{
	struct ends ends = connection();
	struct linger at_once = {.l_onoff = 1};

	require(!setsockopt(ends.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	close(ends.client);
	await(ends.server, POLLHUP);
	close(ends.server);
}

/* The kernel closes the connection, because it cannot store the address. */
static void fail_to_accept(void)
{
	int listener = listen_for_one(), client;
	socklen_t len = sizeof(loopback);

	connect_clients(listener, &client, 1);
	require(accept4(listener, (void *)1, &len, 0) == -1 && errno == EFAULT);
}

static void end_with_connection(void)
{
	connection();
}

/*
 * Gives the client a higher descriptor than the server's end. Kernels differ in the order in which they close
 * the descriptors of an ending process, so both orders are tested.
 */
static void end_with_connection_of_later_client(void)
{
	struct ends ends = connection();

	require(fcntl(ends.client, F_DUPFD, ends.server + 1) > ends.server);
	close(ends.client);
}

/* Closes only the client's end. The server's end stays open until the process ends. */
static void close_client(void)
{
	close(connection().client);
}

/* Returns the record about the only connection of `calls`; NULL if there is none. */
static const struct accept_event *turned_away(void (*calls)(void))
{
	struct a4t_config config = usual;
	const struct accept_event *event, *accepted = NULL, *found = NULL;
	struct a4t *session;
	struct caller caller;

	config.turned_away = 1;
	session = open_session(&config);
	if (!session)
		return NULL;
	caller = start_caller(calls);
	follow(session, &caller);
	while ((event = next_record())) {
		accepted = event->type == A4T_EVENT_ACCEPT4 ? event : accepted;
		found = event->type == A4T_EVENT_TURNED_AWAY ? event : found;
		/* With this exit status, the child has made all its calls. */
		if (event->type == A4T_EVENT_EXIT)
			CHECK_EQ(EXIT_STATUS << 8, event->ret);
	}
	a4t_close(session);
	CHECK(accepted);
	if (!accepted || !found)
		return NULL;
	CHECK_EQ(accepted->listener.inode, found->listener.inode);
	CHECK_EQ(accepted->accepted_ns, found->accepted_ns);
	CHECK(found->exit_ns >= found->accepted_ns);
	return found;
}

static void check_unread(void (*calls)(void), uint32_t unread)
{
	const struct accept_event *event = turned_away(calls);

	CHECK(event);
	if (event)
		CHECK_EQ(unread, event->received);
}

static void sees_unused_connections(void)
{
	if (!root_or_skip())
		return;
	check_unread(close_silent, 0);
	check_unread(close_unread, strlen(GREETING));
	check_unread(close_unread_after_fin, strlen(GREETING));
	check_unread(shut_down, 0);
}

static void ignores_used_connections(void)
{
	if (!root_or_skip())
		return;
	CHECK(!turned_away(close_after_read));
	CHECK(!turned_away(close_after_write));
	CHECK(!turned_away(shut_down_writing));
}

static void ignores_connections_that_clients_end(void)
{
	if (!root_or_skip())
		return;
	CHECK(!turned_away(close_after_client));
	CHECK(!turned_away(close_after_reset));
	CHECK(!turned_away(close_client));
}

static void ignores_connections_of_failed_accepts(void)
{
	if (root_or_skip())
		CHECK(!turned_away(fail_to_accept));
}

static void ignores_connections_of_servers_that_end(void)
{
	if (!root_or_skip())
		return;
	CHECK(!turned_away(end_with_connection));
	CHECK(!turned_away(end_with_connection_of_later_client));
}

static void reports_nothing_unless_wanted(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;
	const struct accept_event *event;
	struct caller caller;

	if (!session)
		return;
	caller = start_caller(close_silent);
	follow(session, &caller);
	a4t_close(session);
	while ((event = next_record()))
		CHECK(event->type != A4T_EVENT_TURNED_AWAY);
}

int main(void)
{
	static const struct test tests[] = {
		{"connections that are closed at once, unused, are reported", sees_unused_connections},
		{"connections that were read from or written to are not reported", ignores_used_connections},
		{"connections that their clients end are not reported", ignores_connections_that_clients_end},
		{"connections that failed accepts drop are not reported",
		 ignores_connections_of_failed_accepts},
		{"connections of servers that end are not reported", ignores_connections_of_servers_that_end},
		{"nothing is reported unless it is wanted", reports_nothing_unless_wanted},
	};

	return RUN(tests);
}
