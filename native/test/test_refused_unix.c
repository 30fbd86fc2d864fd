/* SPDX-License-Identifier: MIT */
/* Tests of the records of refused AF_UNIX connects, in a network namespace of their own; needs root. */
#include "refused_unix.h"
#include "uring.h"

enum { REFUSED = 3, NOBODY = 65534 };

static void refuse(int type)
{
	int fd;

	for (int i = 0; i < REFUSED; i++) {
		CHECK_EQ(EAGAIN, connect_with(type | SOCK_NONBLOCK, &fd));
		close(fd);
	}
}

static void check_refusal(const struct a4t_unix_refusal *refusal, int listener, int type, bool exact)
{
	size_t len = address_len - offsetof(struct sockaddr_un, sun_path);
	struct stat namespace;

	CHECK_EQ(A4T_EVENT_UNIX_REFUSED, refusal->type);
	CHECK_EQ(EAGAIN, refusal->error);
	CHECK_EQ(exact ? inode_of(listener) : 0, refusal->listener.inode);
	CHECK_EQ(AF_UNIX, refusal->listener.family);
	CHECK_EQ(type, refusal->listener.type);
	CHECK_EQ(TCP_LISTEN, refusal->listener.state);
	CHECK_EQ(len, refusal->listener.local.name_len);
	CHECK_EQ(0, memcmp(address.sun_path, refusal->name, len));
	CHECK_EQ(refused.filter.netns, refusal->netns);
	CHECK_EQ(getpid(), refusal->pid);
	CHECK_EQ(geteuid(), refusal->uid);
	CHECK_EQ(0, strcmp("test_refused_un", refusal->comm));
	CHECK_EQ(0, stat("/proc/self/ns/mnt", &namespace));
	CHECK_EQ(namespace.st_ino, refusal->mntns);
	CHECK_EQ(exact ? A4T_UNIX_REFUSAL_HAS_QUEUE : 0, refusal->flags);
	CHECK_EQ(exact ? WAITING : 0, refusal->queue_len);
	CHECK_EQ(exact ? BACKLOG : 0, refusal->queue_max);
}

static void check_records(struct a4t *session, int listener, int type, int wanted)
{
	int seen = a4t_sees_unix_refusals(session), count = 0;

	CHECK(seen != A4T_COVERAGE_NONE);
	for (const void *record; (record = next_record()); count++)
		check_refusal(record, listener, type, seen == A4T_COVERAGE_ALL);
	CHECK_EQ(wanted, count);
}

/* A session, and a listener whose queue is full. */
struct watched {
	struct a4t *session;
	int listener, clients[WAITING];
};

static struct watched watch_full_queue(int type)
{
	struct watched watched = {.listener = listen_with(type)};

	watched.session = watch_all();
	fill_queue(type, watched.clients);
	return watched;
}

static void close_watched(const struct watched *watched)
{
	a4t_close(watched->session);
	close_all(watched->clients, WAITING);
	close(watched->listener);
}

static void refuse_with(int type)
{
	struct watched watched = watch_full_queue(type);

	refuse(type);
	refuse_late(type, (struct timeval){.tv_usec = 20000});
	end(watched.session);
	check_records(watched.session, watched.listener, type, REFUSED + 1);
	close_watched(&watched);
}

static void reports_each_refused_connect(void)
{
	if (!begin())
		return;
	for (int probe = A4T_PROBE_AUTO; probe <= A4T_PROBE_TRACEPOINT; probe++) {
		if (!use(probe))
			continue;
		use_path();
		refuse_with(SOCK_STREAM);
		use_abstract_name();
		refuse_with(SOCK_SEQPACKET);
	}
	use_path();
}

/* The client waits until the parent makes room, so it is not refused. */
static void connect_when_there_is_room(void)
{
	int fd;

	if (connect_with(SOCK_STREAM, &fd))
		_exit(EXIT_FAILURE);
}

static void ignores_other_failures(void)
{
	int listener, clients[WAITING], fd;
	struct caller caller;
	struct a4t *session;

	if (!begin())
		return;
	use_path();
	listener = listen_with(SOCK_STREAM);
	fill_queue(SOCK_STREAM, clients);
	session = watch_all();
	caller = start_caller(connect_when_there_is_room);
	close(caller.go);
	close(accept(listener, NULL, NULL));
	CHECK_EQ(caller.pid, waitpid(caller.pid, NULL, 0));
	CHECK_EQ(EPROTOTYPE, connect_with(SOCK_SEQPACKET | SOCK_NONBLOCK, &fd));
	close(fd);
	CHECK_EQ(0, shutdown(listener, SHUT_RD));
	CHECK_EQ(ECONNREFUSED, connect_with(SOCK_STREAM | SOCK_NONBLOCK, &fd));
	close(fd);
	close(listener);
	CHECK_EQ(ECONNREFUSED, connect_with(SOCK_STREAM | SOCK_NONBLOCK, &fd));
	close(fd);
	unlink(address.sun_path);
	CHECK_EQ(ENOENT, connect_with(SOCK_STREAM | SOCK_NONBLOCK, &fd));
	close(fd);
	end(session);
	CHECK(!next_record());
	a4t_close(session);
	close_all(clients, WAITING);
}

static void refuse_filtered(int wanted)
{
	struct watched watched = watch_full_queue(SOCK_STREAM);

	refuse(SOCK_STREAM);
	end(watched.session);
	check_records(watched.session, watched.listener, SOCK_STREAM, wanted);
	close_watched(&watched);
	unlink(address.sun_path);
}

static void reports_nothing_after_the_stop(void)
{
	struct watched watched;

	if (!begin())
		return;
	use_abstract_name();
	watched = watch_full_queue(SOCK_STREAM);
	a4t_stop(watched.session);
	refuse(SOCK_STREAM);
	read_rest(watched.session);
	CHECK(!next_record());
	close_watched(&watched);
}

static void reports_the_effective_uid(void)
{
	const struct a4t_unix_refusal *refusal;
	struct watched watched;

	if (!begin())
		return;
	use_abstract_name();
	watched = watch_full_queue(SOCK_STREAM);
	CHECK_EQ(0, seteuid(NOBODY));
	refuse(SOCK_STREAM);
	CHECK_EQ(0, seteuid(0));
	end(watched.session);
	refusal = (const void *)next_record();
	CHECK(refusal && refusal->uid == NOBODY);
	close_watched(&watched);
}

/* Selects only the listener at the path. */
static void select_path(void)
{
	use_path();
	refused.probe = A4T_PROBE_AUTO;
	refused.filter.name_count = 1;
	memcpy(refused.filter.names[0].name, address.sun_path, sizeof(address.sun_path));
}

static void applies_filters(void)
{
	if (!begin())
		return;
	select_path();
	refuse_filtered(REFUSED);
	refused.filter.names[0].name[0] = '.';
	refuse_filtered(0);
	refused.filter.name_count = 0;
	refused.filter.set |= A4T_FILTER_FAMILY;
	refused.filter.family = AF_UNIX;
	refuse_filtered(REFUSED);
}

/* The kernel ends a path at its first NUL byte, so that clients can pass anything after it. */
static void ends_paths_at_their_nul(void)
{
	struct watched watched;
	size_t len;

	if (!begin())
		return;
	select_path();
	watched = watch_full_queue(SOCK_STREAM);
	len = strlen(address.sun_path) + 1;
	memset(address.sun_path + len, 'x', sizeof(address.sun_path) - len);
	address_len = sizeof(address);
	refuse(SOCK_STREAM);
	use_path();
	end(watched.session);
	check_records(watched.session, watched.listener, SOCK_STREAM, REFUSED);
	close_watched(&watched);
}

/* io_uring tries to connect several times before it gives up, which must count as one refused connect. */
static void counts_io_uring_once(void)
{
	int listener, clients[WAITING], client, result;
	struct a4t *session;

	if (!begin())
		return;
	use_path();
	refused.probe = A4T_PROBE_AUTO;
	listener = listen_with(SOCK_STREAM);
	fill_queue(SOCK_STREAM, clients);
	session = watch_all();
	client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	result = connect_by_ring(client, (struct sockaddr *)&address, address_len);
	end(session);
	if (result != -EAGAIN)
		skip("needs io_uring");
	else if (a4t_sees_unix_refusals(session) == A4T_COVERAGE_ALL)
		CHECK_EQ(1, count_refusals());
	close(client);
	a4t_close(session);
	close_all(clients, WAITING);
	close(listener);
	use_path();
}

static void listen_once(void)
{
	close(listen_with(SOCK_STREAM));
	/* This call fails, because the socket does not exist, so it must not be reported. */
	listen(-1, 1);
}

static void reports_sockets_that_a_target_opens(void)
{
	const struct a4t_unix_refusal *listening;
	const struct accept_event *record;
	struct caller caller;
	struct a4t *session;

	if (!begin())
		return;
	use_path();
	caller = start_caller(listen_once);
	session = open_session(&refused);
	follow(session, &caller);
	listening = (const void *)next_record();
	CHECK(listening);
	if (listening) {
		CHECK_EQ(A4T_EVENT_UNIX_LISTENING, listening->type);
		CHECK_EQ(caller.pid, listening->pid);
		CHECK(listening->listener.inode != 0);
		CHECK(listening->mntns != 0);
		CHECK_EQ(0, listening->flags);
		CHECK_EQ(0, strcmp(address.sun_path, (const char *)listening->name));
	}
	record = next_record();
	CHECK(record && record->type == A4T_EVENT_EXIT);
	CHECK(!next_record());
	a4t_close(session);
	unlink(address.sun_path);
}

static void expect_nothing_attached(struct a4t *session)
{
	CHECK_EQ(A4T_COVERAGE_NONE, a4t_sees_unix_refusals(session));
	for (int link = LINK_UNIX_CONNECTED; link <= LINK_CONNECT_EXIT; link++)
		CHECK(!session->hooks.links[link]);
	a4t_close(session);
}

static void attaches_nothing_unless_wanted(void)
{
	if (root_or_skip())
		expect_nothing_attached(open_session(&usual));
}

static void attaches_nothing_if_only_tcp_is_wanted(void)
{
	if (!begin())
		return;
	refused.filter.port_count = 1;
	expect_nothing_attached(open_session(&refused));
}

int main(void)
{
	static const struct test tests[] = {
		{"reports each refused connect", reports_each_refused_connect},
		{"ignores other failures", ignores_other_failures},
		{"applies filters", applies_filters},
		{"reports nothing after the stop", reports_nothing_after_the_stop},
		{"reports the effective uid", reports_the_effective_uid},
		{"ends paths at their NUL", ends_paths_at_their_nul},
		{"counts a connect of io_uring once", counts_io_uring_once},
		{"reports sockets that a target opens", reports_sockets_that_a_target_opens},
		{"attaches nothing unless refusals are wanted", attaches_nothing_unless_wanted},
		{"attaches nothing if only TCP is wanted", attaches_nothing_if_only_tcp_is_wanted},
	};

	return RUN(tests);
}
