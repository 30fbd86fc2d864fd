/* SPDX-License-Identifier: MIT */
/* Tests of what records say about TCP handshakes; needs root. */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "session.h"
#include "sockets.h"

#define GREETING "hello"

static const struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr = {0x0100007f}};

/*
 * Moves the child to its own network namespace. `cookies` is the value of tcp_syncookies: never send SYN
 * cookies (0), send them if the SYN queue is full (1), or always send them (2).
 */
static void enter_network(const char *cookies)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int any, sysctl;

	if (unshare(CLONE_NEWNET))
		_exit(EXIT_FAILURE);
	any = socket(AF_INET, SOCK_DGRAM, 0);
	sysctl = open("/proc/sys/net/ipv4/tcp_syncookies", O_WRONLY);
	if (ioctl(any, SIOCSIFFLAGS, &lo) || write(sysctl, cookies, 1) != 1)
		_exit(EXIT_FAILURE);
	close(sysctl);
	close(any);
}

static void accept_from(int listener, int client)
{
	int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (accepted < 0)
		_exit(EXIT_FAILURE);
	close(client);
	close(accepted);
}

static void accept_one(int listener)
{
	int client;

	connect_clients(listener, &client, 1);
	accept_from(listener, client);
}

/* Data has arrived once the other end has acknowledged it. */
static void write_and_await(int client)
{
	int unacknowledged = 1;

	if (write(client, GREETING, strlen(GREETING)) != (ssize_t)strlen(GREETING))
		_exit(EXIT_FAILURE);
	while (unacknowledged)
		if (ioctl(client, SIOCOUTQ, &unacknowledged))
			_exit(EXIT_FAILURE);
}

static void accept_after_data(void)
{
	int listener, client;

	enter_network("1");
	listener = listen_on(&loopback, sizeof(loopback), 1);
	connect_clients(listener, &client, 1);
	write_and_await(client);
	shutdown(client, SHUT_WR);
	accept_from(listener, client);
}

/* `group`: whether the listener is in an SO_REUSEPORT group. `cookies`: see enter_network(). */
static void accept_with_cookies(const char *cookies, bool group)
{
	int listener;

	enter_network(cookies);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &(int){group}, sizeof(int)) ||
	    bind(listener, (const struct sockaddr *)&loopback, sizeof(loopback)) || listen(listener, 1))
		_exit(EXIT_FAILURE);
	accept_one(listener);
}

static void accept_without_cookies(void)
{
	accept_with_cookies("0", false);
}

static void accept_if_no_cookie_was_needed(void)
{
	accept_with_cookies("1", false);
}

static void accept_from_cookie(void)
{
	accept_with_cookies("2", false);
}

static void accept_from_cookie_of_group(void)
{
	accept_with_cookies("2", true);
}

/* With TCP_DEFER_ACCEPT, the handshake ends only when data from the client arrives. */
static void accept_deferred(void)
{
	int listener, client, seconds = 10;

	enter_network("1");
	listener = listen_on(&loopback, sizeof(loopback), 1);
	if (setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)))
		_exit(EXIT_FAILURE);
	connect_clients(listener, &client, 1);
	write_and_await(client);
	accept_from(listener, client);
}

static uint32_t dropped_by(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = {};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
		_exit(EXIT_FAILURE);
	return info[SK_MEMINFO_DROPS];
}

/* Begins a connection. A filter of the client's socket drops the SYN-ACK until the filter is detached. */
static int connect_through_filter(int listener)
{
	struct sock_filter drop = {.code = BPF_RET | BPF_K};
	struct sock_fprog filter = {1, &drop};
	struct sockaddr_in address;
	socklen_t len = sizeof(address);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (getsockname(listener, (struct sockaddr *)&address, &len) ||
	    setsockopt(client, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
	    connect(client, (struct sockaddr *)&address, len) != -1 || errno != EINPROGRESS)
		_exit(EXIT_FAILURE);
	while (!dropped_by(client))
		;
	return client;
}

/* Accepts a connection while the handshake of `late` is in progress, and then accepts `late`. */
static void accept_after_lost_syn_ack(void)
{
	int listener, late;

	enter_network("1");
	listener = listen_on(&loopback, sizeof(loopback), 4);
	late = connect_through_filter(listener);
	accept_one(listener);
	if (setsockopt(late, SOL_SOCKET, SO_DETACH_FILTER, &(int){0}, sizeof(int)))
		_exit(EXIT_FAILURE);
	accept_from(listener, late);
}

/* Traces a child that makes these calls, and reads its records. */
static void trace(void (*calls)(void))
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;

	records = (struct records){};
	if (!session)
		return;
	struct caller caller = start_caller(calls);

	follow(session, &caller);
	a4t_close(session);
}

static const struct accept_event *next_accept(void)
{
	const struct accept_event *event = next_record();

	CHECK(event && event->type == A4T_EVENT_ACCEPT4 && event->ret >= 0);
	return event && event->type == A4T_EVENT_ACCEPT4 ? event : NULL;
}

static void knows_received_bytes(void)
{
	const struct accept_event *event;

	trace(accept_after_data);
	event = skip_reason ? NULL : next_accept();
	if (!event)
		return;
	CHECK(event->flags & A4T_HAS_RECEIVED);
	CHECK_EQ(strlen(GREETING), event->received);
	CHECK(event->accept_cpu < sysconf(_SC_NPROCESSORS_CONF));
	CHECK(event->receive_cpu < sysconf(_SC_NPROCESSORS_CONF));
}

static void check_known(void (*calls)(void))
{
	const struct accept_event *event;

	trace(calls);
	event = skip_reason ? NULL : next_accept();
	if (!event)
		return;
	CHECK(event->flags & A4T_HAS_SYNACKS);
	CHECK_EQ(0, event->synacks);
	CHECK(event->rtt_us > 0);
	CHECK(event->flags & A4T_HAS_HALF_OPEN);
	CHECK_EQ(0, event->half_open);
	CHECK_EQ(0, event->flags & A4T_DEFERS);
}

static void check_unknown(void (*calls)(void))
{
	const struct accept_event *event;

	trace(calls);
	event = skip_reason ? NULL : next_accept();
	if (!event)
		return;
	CHECK_EQ(0, event->flags & A4T_HAS_SYNACKS);
	CHECK_EQ(0, event->rtt_us);
	/* The received data is known even with SYN cookies. */
	CHECK(event->flags & A4T_HAS_RECEIVED);
}

static void knows_handshake_without_cookies(void)
{
	check_known(accept_without_cookies);
}

static void knows_handshake_if_no_cookie_was_needed(void)
{
	check_known(accept_if_no_cookie_was_needed);
}

static void does_not_know_handshake_from_cookie(void)
{
	check_unknown(accept_from_cookie);
}

static void does_not_know_handshake_from_cookie_of_group(void)
{
	check_unknown(accept_from_cookie_of_group);
}

static void time_until_data_is_not_a_round_trip_time(void)
{
	const struct accept_event *event;

	trace(accept_deferred);
	event = skip_reason ? NULL : next_accept();
	if (!event)
		return;
	CHECK(event->flags & A4T_HAS_SYNACKS);
	CHECK_EQ(0, event->synacks);
	CHECK_EQ(0, event->rtt_us);
	CHECK(event->flags & A4T_DEFERS);
}

static void counts_repeated_syn_acks(void)
{
	const struct accept_event *event;

	trace(accept_after_lost_syn_ack);
	event = skip_reason ? NULL : next_accept();
	if (!event)
		return;
	CHECK_EQ(0, event->synacks);
	CHECK_EQ(1, event->half_open);
	event = next_accept();
	if (!event)
		return;
	/* The SYN-ACK is sent again by a timer, in answer to the repeated SYN, or both. */
	CHECK(event->flags & A4T_HAS_SYNACKS);
	CHECK(event->synacks >= 1 && event->synacks <= 2);
	CHECK_EQ(0, event->half_open);
}

int main(void)
{
	static const struct test tests[] = {
		{"bytes that the client sent before the accept are known", knows_received_bytes},
		{"the handshake is known without SYN cookies", knows_handshake_without_cookies},
		{"the handshake is known if no SYN cookie was needed",
		 knows_handshake_if_no_cookie_was_needed},
		{"the handshake is unknown with SYN cookies", does_not_know_handshake_from_cookie},
		{"the handshake is unknown with SYN cookies of a group",
		 does_not_know_handshake_from_cookie_of_group},
		{"the time until the data that ends a handshake is not a round-trip time",
		 time_until_data_is_not_a_round_trip_time},
		{"repeated SYN-ACKs and unfinished handshakes are counted", counts_repeated_syn_acks},
	};

	return RUN(tests);
}
