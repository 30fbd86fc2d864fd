/* SPDX-License-Identifier: MIT */
/* Tests of snapshots of accept queues; needs root. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"
#include "sockets.h"

#define BUFFER_BYTES 65536
#define CLIENTS	     3

static struct a4t_error error;
static struct a4t_snapshots *snapshots;
static char buffer[BUFFER_BYTES];

/* What a snapshot contains about one descriptor of this process. */
static struct {
	struct a4t_queue queue;
	struct a4t_waiting waiting[A4T_MAX_SHOWN];
	int count; /* of records */
} seen;

static void keep_if_ours(const char *record, int fd)
{
	struct a4t_queue queue;

	memcpy(&queue, record, sizeof(queue));
	if (queue.tgid != (uint32_t)getpid() || queue.fd != fd)
		return;
	seen.queue = queue;
	memcpy(seen.waiting, record + sizeof(queue), queue.shown * sizeof(struct a4t_waiting));
	seen.count++;
}

static void take_snapshot(int fd)
{
	int bytes;

	memset(&seen, 0, sizeof(seen));
	CHECK_EQ(0, a4t_snapshot_begin(snapshots, A4T_SNAPSHOT_QUEUES));
	while ((bytes = a4t_snapshot_read(snapshots, buffer, sizeof(buffer))) > 0) {
		for (int at = 0; at < bytes;) {
			struct a4t_queue queue;

			keep_if_ours(buffer + at, fd);
			memcpy(&queue, buffer + at, sizeof(queue));
			at += sizeof(queue) + queue.shown * sizeof(struct a4t_waiting);
		}
	}
	CHECK_EQ(0, bytes);
}

static ino_t inode(int fd)
{
	struct stat status = {};

	CHECK_EQ(0, fstat(fd, &status));
	return status.st_ino;
}

static const struct a4t_waiting *waiting_from(uint16_t port)
{
	static const struct a4t_waiting none;

	for (uint32_t i = 0; i < seen.queue.shown; i++)
		if (seen.waiting[i].peer.port == port)
			return &seen.waiting[i];
	return &none;
}

static void waiting_tcp_clients_are_shown(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7), clients[CLIENTS];

	connect_clients(listener, clients, CLIENTS);
	await_queue(listener, CLIENTS);
	CHECK_EQ(5, send(clients[1], "hello", 5, 0));
	take_snapshot(listener);
	CHECK_EQ(1, seen.count);
	CHECK_EQ(inode(listener), seen.queue.listener.inode);
	CHECK_EQ(AF_INET, seen.queue.listener.family);
	CHECK_EQ(port_of(listener), seen.queue.listener.local.port);
	CHECK_EQ(A4T_QUEUE_HAS_LENGTH | A4T_QUEUE_HAS_DROPS | A4T_QUEUE_HAS_HALF_OPEN, seen.queue.flags);
	CHECK_EQ(0, seen.queue.half_open);
	CHECK_EQ(CLIENTS, seen.queue.waiting);
	CHECK_EQ(7, seen.queue.limit);
	CHECK_EQ(CLIENTS, seen.queue.shown);
	for (int i = 0; i < CLIENTS; i++) {
		const struct a4t_waiting *waiting = waiting_from(port_of(clients[i]));

		CHECK(!memcmp("\x7f\0\0\1", waiting->peer.addr, 4));
		CHECK(waiting->age_ns > 0);
		CHECK_EQ(i == 1 ? 5 : 0, waiting->unread);
		CHECK_EQ(TCP_ESTABLISHED, waiting->state);
	}
	close_all(clients, CLIENTS);
	close(listener);
}

static void end_of_a_client_is_not_a_byte(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7), clients[CLIENTS];

	connect_clients(listener, clients, CLIENTS);
	await_queue(listener, CLIENTS);
	CHECK_EQ(5, send(clients[1], "hello", 5, 0));
	for (int i = 0; i < CLIENTS - 1; i++)
		CHECK_EQ(0, shutdown(clients[i], SHUT_WR));
	do
		take_snapshot(listener);
	while (waiting_from(port_of(clients[0]))->state != TCP_CLOSE_WAIT ||
	       waiting_from(port_of(clients[1]))->state != TCP_CLOSE_WAIT);
	CHECK_EQ(0, waiting_from(port_of(clients[0]))->unread);
	CHECK_EQ(5, waiting_from(port_of(clients[1]))->unread);
	CHECK_EQ(0, waiting_from(port_of(clients[2]))->unread);
	close_all(clients, CLIENTS);
	close(listener);
}

/* TCP_DEFER_ACCEPT keeps the handshake of a client incomplete until its first byte. */
static void deferred_client_is_half_open(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7), client, seconds = 60;

	CHECK_EQ(0, setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)));
	connect_clients(listener, &client, 1);
	take_snapshot(listener);
	CHECK(seen.queue.flags & A4T_QUEUE_DEFERS);
	CHECK_EQ(1, seen.queue.half_open);
	CHECK_EQ(0, seen.queue.waiting);
	CHECK_EQ(1, send(client, "a", 1, 0));
	await_queue(listener, 1);
	take_snapshot(listener);
	CHECK_EQ(0, seen.queue.half_open);
	CHECK_EQ(1, seen.queue.waiting);
	close(client);
	close(listener);
}

/*
 * The local port of each connection is the port that its client connected to, which need not be the
 * listener's port. Transparent proxies have such connections.
 */
static void redirected_clients_are_shown(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7), other = listen_on(&any, sizeof(any), 7),
	    clients[CLIENTS];
	int link = redirect(port_of(other), listener);

	connect_clients(other, clients, CLIENTS - 1);
	connect_clients(listener, clients + CLIENTS - 1, 1);
	await_queue(listener, CLIENTS);
	take_snapshot(listener);
	CHECK_EQ(port_of(listener), seen.queue.listener.local.port);
	CHECK_EQ(CLIENTS, seen.queue.waiting);
	CHECK_EQ(CLIENTS, seen.queue.shown);
	for (int i = 0; i < CLIENTS; i++)
		CHECK(waiting_from(port_of(clients[i]))->age_ns > 0);
	take_snapshot(other);
	CHECK_EQ(0, seen.queue.shown);
	close_all(clients, CLIENTS);
	close_all((int[]){link, listener, other}, 3);
}

static void waiting_unix_clients_are_shown(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0a4t-snapshot"};
	socklen_t len = sizeof(sa_family_t) + sizeof("a4t-snapshot");
	int listener = listen_on(&name, len, 7), clients[CLIENTS];

	connect_clients(listener, clients, CLIENTS);
	take_snapshot(listener);
	CHECK_EQ(1, seen.count);
	CHECK_EQ(sizeof("a4t-snapshot"), seen.queue.listener.local.name_len);
	CHECK(!memcmp(name.sun_path, seen.queue.local_name, sizeof("a4t-snapshot")));
	CHECK_EQ(CLIENTS, seen.queue.waiting);
	CHECK_EQ(7, seen.queue.limit);
	CHECK_EQ(CLIENTS, seen.queue.shown);
	for (int i = 0; i < CLIENTS; i++) {
		CHECK_EQ(getpid(), seen.waiting[i].pid);
		CHECK_EQ(getuid(), seen.waiting[i].uid);
		CHECK_TEXT("test_snapshot", seen.waiting[i].comm);
		CHECK_EQ(0, seen.waiting[i].age_ns);
	}
	close_all(clients, CLIENTS);
	close(listener);
}

static void other_sockets_are_not_shown(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int bound = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_EQ(0, bind(bound, (struct sockaddr *)&any, sizeof(any)));
	take_snapshot(bound);
	CHECK_EQ(0, seen.count);
	close(bound);
}

/* Connections beyond A4T_MAX_SHOWN are only counted. */
static void long_queues_are_cut(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 2 * A4T_MAX_SHOWN), clients[A4T_MAX_SHOWN + 6];

	connect_clients(listener, clients, A4T_MAX_SHOWN + 6);
	await_queue(listener, A4T_MAX_SHOWN + 6);
	take_snapshot(listener);
	CHECK_EQ(A4T_MAX_SHOWN + 6, seen.queue.waiting);
	CHECK_EQ(A4T_MAX_SHOWN, seen.queue.shown);
	for (uint32_t i = 1; i < seen.queue.shown; i++)
		CHECK(seen.waiting[i - 1].age_ns >= seen.waiting[i].age_ns);
	close_all(clients, A4T_MAX_SHOWN + 6);
	close(listener);
}

static void *stay(void *unused)
{
	while (pause())
		;
	return unused;
}

static void confine_and_look(void)
{
	const struct a4t_config config = {
		.ring_bytes = 4096, .max_calls = 1, .max_targets = 1, .watch_fd = -1};
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7);
	struct a4t *session = a4t_open(&config, &error);
	pthread_t other;

	CHECK(session);
	CHECK_EQ(0, pthread_create(&other, NULL, stay, NULL));
	CHECK_EQ(0, a4t_confine(session, &error));
	take_snapshot(listener);
	CHECK_EQ(1, seen.count);
	CHECK_EQ(0, a4t_snapshot_begin(snapshots, A4T_SNAPSHOT_THREADS));
	CHECK(a4t_snapshot_read(snapshots, buffer, sizeof(buffer)) > 0);
	a4t_close(session);
}

static void confined_process_can_take_snapshots(void)
{
	int status = -1, failed = failures;
	pid_t child = fork();

	if (child == 0) {
		confine_and_look();
		_exit(failures - failed);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(0, status);
}

int main(void)
{
	static const struct test tests[] = {
		{"waiting TCP clients are shown", waiting_tcp_clients_are_shown},
		{"the FIN of a client is not an unread byte", end_of_a_client_is_not_a_byte},
		{"a deferred client is half-open", deferred_client_is_half_open},
		{"redirected clients are shown", redirected_clients_are_shown},
		{"waiting AF_UNIX clients are shown", waiting_unix_clients_are_shown},
		{"other sockets are not shown", other_sockets_are_not_shown},
		{"long queues are cut", long_queues_are_cut},
		{"a confined process can take snapshots", confined_process_can_take_snapshots},
	};
	int status;

	root_or_skip();
	snapshots = a4t_snapshots_open(&error);
	if (!snapshots) {
		fprintf(stderr, "%s: %s: %s\n", error.stage, strerror(error.error), error.detail);
		return EXIT_FAILURE;
	}
	status = RUN(tests);
	a4t_snapshots_close(snapshots);
	return status;
}
