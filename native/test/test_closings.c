/* SPDX-License-Identifier: MIT */
/*
 * Tests of the records of closed listeners, and of clients that give up, i.e. reset their connection before
 * it is accepted; needs root.
 */
#include <linux/mptcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "closings.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static int listen_and_fill(int protocol)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, protocol);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, len) || listen(listener, BACKLOG) ||
	    getsockname(listener, (struct sockaddr *)&address, &len))
		_exit(EXIT_FAILURE);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM, protocol);
		if (connect(clients[i], (struct sockaddr *)&address, len))
			_exit(EXIT_FAILURE);
	}
	if (protocol != IPPROTO_MPTCP)
		await_queue(listener, CLIENTS);
	return listener;
}

static void close_it(void)
{
	close(listen_and_fill(0));
	exit_with_resets();
}

static void shut_it_down(void)
{
	shutdown(listen_and_fill(0), SHUT_RDWR);
	exit_with_resets();
}

/* A shutdown for sending does not end a listener. */
static void shut_down_one_direction(void)
{
	int listener = listen_and_fill(0);

	shutdown(listener, SHUT_WR);
	if (is_reset(clients[0]))
		_exit(EXIT_FAILURE);
	close(listener);
	exit_with_resets();
}

static void close_in_child(void)
{
	int listener = listen_and_fill(0);
	pid_t child = fork();

	if (child == 0) {
		close_all(clients, CLIENTS);
		pause();
	}
	close(listener);
	if (is_reset(clients[0]))
		_exit(EXIT_FAILURE);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	exit_with_resets();
}

/* Waits until the kernel has processed the client's FIN, which can happen after shutdown() returns. */
static void await_acknowledged_end(int client)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	while (!getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &len) && info.tcpi_state != TCP_FIN_WAIT2)
		sched_yield();
}

static void close_after_a_client_left(void)
{
	int listener = listen_and_fill(0);

	shutdown(clients[1], SHUT_WR);
	await_acknowledged_end(clients[1]);
	close(clients[1]);
	close(listener);
	exit_with_resets();
}

static void close_after_a_client_gave_up(void)
{
	int listener = listen_and_fill(0);

	reset(clients[1]);
	close(listener);
	exit_with_resets();
}

static void close_mptcp(void)
{
	close(listen_and_fill(IPPROTO_MPTCP));
	exit_with_resets();
}

static void shut_mptcp_down(void)
{
	shutdown(listen_and_fill(IPPROTO_MPTCP), SHUT_RDWR);
	exit_with_resets();
}

/* The inodes of the AF_UNIX listeners of the traced child, in memory that it shares with the test. */
static uint64_t *inodes;

static void share_inodes(void)
{
	inodes = mmap(NULL, sizeof(*inodes) * 2, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (inodes == MAP_FAILED)
		exit(EXIT_FAILURE);
}

/* bind() with only a family makes the kernel choose an abstract name: autobind in unix(7). */
static int listen_and_fill_unix(uint64_t *inode)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(name);
	struct stat status;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&name, sizeof(name.sun_family)) || listen(listener, BACKLOG) ||
	    getsockname(listener, (struct sockaddr *)&name, &len) || fstat(listener, &status))
		_exit(EXIT_FAILURE);
	*inode = status.st_ino;
	connect_clients(listener, clients, CLIENTS);
	return listener;
}

static void close_unix(void)
{
	close(listen_and_fill_unix(&inodes[0]));
	exit_with_resets();
}

static void close_unix_twice(void)
{
	for (int i = 0; i < 2; i++) {
		close(listen_and_fill_unix(&inodes[i]));
		close_all(clients, CLIENTS);
	}
	_exit(0);
}

/* The child that closes the listener is not traced. */
static void close_unix_in_child(void)
{
	int listener = listen_and_fill_unix(&inodes[0]);
	pid_t child = fork();

	if (child == 0) {
		close_all(clients, CLIENTS);
		pause();
	}
	close(listener);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	exit_with_resets();
}

static void close_an_empty_listener(void)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	listen(listener, BACKLOG);
	close(listener);
	_exit(0);
}

static void end_without_closing(void)
{
	listen_and_fill(0);
	_exit(0);
}

static void check_closing(int reset, unsigned int waiting, unsigned int expected, bool by_exit)
{
	const struct accept_event *event = next_of(A4T_EVENT_CLOSED);

	if (skip_reason)
		return;
	CHECK(event);
	if (!event)
		return;
	CHECK_EQ(expected, event->closing.reset);
	CHECK_EQ(expected, (unsigned int)reset);
	CHECK_EQ(0, event->closing.migrated);
	CHECK_EQ(waiting, event->queue_len);
	CHECK_EQ(BACKLOG, event->queue_max);
	CHECK_EQ(by_exit, event->closing.by_exit);
	CHECK_EQ(AF_INET, event->listener.family);
	CHECK(event->listener.inode);
	CHECK(event->listener.local.port);
	CHECK(event->tgid);
	CHECK(!next_of(A4T_EVENT_CLOSED));
}

static void a_closed_listener_resets_waiting_clients(void)
{
	check_closing(trace(close_it, false), CLIENTS, CLIENTS, false);
}

static void a_shutdown_resets_waiting_clients(void)
{
	check_closing(trace(shut_it_down, false), CLIENTS, CLIENTS, false);
}

static void a_shutdown_for_sending_resets_nobody(void)
{
	check_closing(trace(shut_down_one_direction, false), CLIENTS, CLIENTS, false);
}

static void the_last_holder_closes_the_listener(void)
{
	check_closing(trace(close_in_child, false), CLIENTS, CLIENTS, true);
}

static void a_client_that_gave_up_is_not_reset(void)
{
	int resets = trace(close_after_a_client_gave_up, false);
	const struct accept_event *event = next_of(A4T_EVENT_GAVE_UP);

	CHECK(event || skip_reason);
	if (event) {
		CHECK(event->flags & A4T_HAS_WAIT);
		CHECK(event->peer.port);
		CHECK_EQ(event->accepted.local.port, event->listener.local.port);
		CHECK_EQ(0, event->listener.local.addr[0]);
		CHECK(event->listener.inode);
	}
	check_closing(resets, CLIENTS, CLIENTS - 1, false);
}

static void a_client_that_has_left_is_not_reset(void)
{
	int resets = trace(close_after_a_client_left, false);
	const struct accept_event *event = next_of(A4T_EVENT_CLOSED);

	CHECK(event || skip_reason);
	if (!event)
		return;
	CHECK_EQ(CLIENTS - 1, resets);
	CHECK_EQ(CLIENTS, event->queue_len);
	CHECK_EQ(CLIENTS - 1, event->closing.reset);
	CHECK_EQ(1, event->closing.left);
	CHECK(!next_of(A4T_EVENT_GAVE_UP));
}

static bool has_mptcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void an_mptcp_listener_resets_waiting_clients(void)
{
	if (has_mptcp())
		check_closing(trace(close_mptcp, false), CLIENTS, CLIENTS, false);
}

static void a_shutdown_of_mptcp_resets_waiting_clients(void)
{
	if (has_mptcp())
		check_closing(trace(shut_mptcp_down, false), CLIENTS, CLIENTS, false);
}

static void a_unix_listener_resets_waiting_clients(void)
{
	int resets = trace(close_unix, false);
	const struct accept_event *event = next_of(A4T_EVENT_CLOSED);

	CHECK(event || skip_reason);
	if (!event)
		return;
	CHECK_EQ(AF_UNIX, event->listener.family);
	CHECK_EQ(inodes[0], event->listener.inode);
	CHECK_EQ(sizeof(struct accept_event_long), event->size);
	CHECK(event->listener.local.name_len > 1);
	CHECK_EQ(CLIENTS, resets);
	CHECK_EQ(CLIENTS, event->closing.reset);
	CHECK_EQ(CLIENTS, event->queue_len);
	CHECK_EQ(BACKLOG, event->queue_max);
	CHECK_EQ(0, event->closing.by_exit);
	CHECK(!next_of(A4T_EVENT_CLOSED));
}

static void each_unix_listener_has_its_inode(void)
{
	const struct accept_event *event;

	trace(close_unix_twice, false);
	for (int i = 0; i < 2; i++) {
		event = next_of(A4T_EVENT_CLOSED);
		CHECK(event || skip_reason);
		if (event)
			CHECK_EQ(inodes[i], event->listener.inode);
	}
}

static void the_last_holder_closes_the_unix_listener(void)
{
	int resets = trace(close_unix_in_child, false);
	const struct accept_event *event = next_of(A4T_EVENT_CLOSED);

	CHECK(event || skip_reason);
	if (!event)
		return;
	CHECK_EQ(inodes[0], event->listener.inode);
	CHECK_EQ(CLIENTS, resets);
	CHECK_EQ(CLIENTS, event->closing.reset);
	CHECK_EQ(1, event->closing.by_exit);
}

static void an_empty_queue_is_reported(void)
{
	check_closing(trace(close_an_empty_listener, false), 0, 0, false);
}

static void the_end_of_a_process_closes_its_listeners(void)
{
	const struct accept_event *event;

	trace(end_without_closing, false);
	event = next_of(A4T_EVENT_CLOSED);
	CHECK(event || skip_reason);
	if (event) {
		CHECK_EQ(1, event->closing.by_exit);
		CHECK_EQ(CLIENTS, event->queue_len);
	}
}

static void shows_what_it_sees(void)
{
	struct a4t_config config = usual;
	struct a4t *session;

	if (!root_or_skip())
		return;
	session = open_session(&config);
	CHECK_EQ(A4T_COVERAGE_NONE, a4t_sees_closings(session));
	CHECK_EQ(A4T_COVERAGE_NONE, a4t_sees_unix_closings(session));
	a4t_close(session);
	config.filter.calls = A4T_CALL_CLOSED;
	session = open_session(&config);
	CHECK_EQ(A4T_COVERAGE_ALL, a4t_sees_closings(session));
	CHECK_EQ(session->hooks.links[LINK_UNIX_RELEASED] || session->hooks.links[LINK_UNIX_DROPPED]
			 ? A4T_COVERAGE_ALL
			 : A4T_COVERAGE_NONE,
		 a4t_sees_unix_closings(session));
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"a closed listener resets waiting clients", a_closed_listener_resets_waiting_clients},
		{"a shutdown resets waiting clients", a_shutdown_resets_waiting_clients},
		{"a shutdown for sending resets nobody", a_shutdown_for_sending_resets_nobody},
		{"the last holder closes the listener", the_last_holder_closes_the_listener},
		{"a client that gave up is not reset", a_client_that_gave_up_is_not_reset},
		{"a client that has left is not reset", a_client_that_has_left_is_not_reset},
		{"an MPTCP listener resets waiting clients", an_mptcp_listener_resets_waiting_clients},
		{"a shutdown of MPTCP resets waiting clients", a_shutdown_of_mptcp_resets_waiting_clients},
		{"a unix listener resets waiting clients", a_unix_listener_resets_waiting_clients},
		{"each unix listener has its inode", each_unix_listener_has_its_inode},
		{"the last holder closes the unix listener", the_last_holder_closes_the_unix_listener},
		{"an empty queue is reported", an_empty_queue_is_reported},
		{"shows what it sees", shows_what_it_sees},
		{"the end of a process closes its listeners", the_end_of_a_process_closes_its_listeners},
	};

	share_inodes();
	return RUN(tests);
}
