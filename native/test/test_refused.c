/* SPDX-License-Identifier: MIT */
/* Tests of the records of refused TCP connections, in a network namespace of their own; needs root. */
#include <linux/filter.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include "load/extract.h"
#include "load/hooks.h"
#include "refused.h"
#include "sockets.h"

#define MAX_CLIENTS 16

/* Moves this process to a network namespace of its own, where nobody else refuses connections. */
static bool enter_namespace(void)
{
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	if (!unshare_network())
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_EQ(0, ioctl(fd, SIOCSIFFLAGS, &loopback));
	close(fd);
	return true;
}

static void set_syncookies(char value)
{
	int fd = open("/proc/sys/net/ipv4/tcp_syncookies", O_WRONLY | O_CLOEXEC);

	CHECK_EQ(1, write(fd, &value, 1));
	close(fd);
}

/* The kernel's own count of refused packets in this namespace. */
static long listen_overflows(void)
{
	FILE *file = fopen("/proc/self/net/netstat", "re");
	char names[8192], values[8192], *name, *value, *names_at, *values_at;
	long count = -1;

	while (count < 0 && fgets(names, sizeof(names), file) && fgets(values, sizeof(values), file)) {
		name = strtok_r(names, " \n", &names_at);
		value = strtok_r(values, " \n", &values_at);
		for (; name && value;
		     name = strtok_r(NULL, " \n", &names_at), value = strtok_r(NULL, " \n", &values_at))
			if (!strcmp(name, "ListenOverflows"))
				count = atol(value);
	}
	fclose(file);
	return count;
}

static int listen_at(int family, int backlog)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};

	return family == AF_INET ? listen_on(&ipv4, sizeof(ipv4), backlog)
				 : listen_on(&ipv6, sizeof(ipv6), backlog);
}

/* Drops all packets that the socket receives. */
static void be_deaf(int fd)
{
	struct sock_filter drop = {.code = BPF_RET | BPF_K};
	struct sock_fprog program = {1, &drop};

	CHECK_EQ(0, setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
}

static void hear_again(int fd)
{
	int unused = 0;

	CHECK_EQ(0, setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)));
}

/* Starts to connect to the port of a listener over IPv4 or IPv6 loopback. Returns a socket. */
static int begin_connect(int family, int listener, bool deaf)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	ipv4.sin_port = ipv6.sin6_port = htons(port_of(listener));
	if (deaf)
		be_deaf(fd);
	CHECK_EQ(-1, family == AF_INET ? connect(fd, (struct sockaddr *)&ipv4, sizeof(ipv4))
				       : connect(fd, (struct sockaddr *)&ipv6, sizeof(ipv6)));
	CHECK_EQ(EINPROGRESS, errno);
	return fd;
}

static void begin_connects(int family, int listener, bool deaf, int *clients, int count)
{
	for (int i = 0; i < count; i++)
		clients[i] = begin_connect(family, listener, deaf);
}

/* Fills the queue of a listener, which has room for one connection more than its backlog. */
static void fill_queue(int family, int listener, int backlog, int *clients)
{
	begin_connects(family, listener, false, clients, backlog + 1);
	await_queue(listener, backlog + 1);
}

static const struct a4t_refusal *next_refusal(void)
{
	return (const void *)next_record();
}

/* Returns the sequence number of the client's SYN. The next number is one higher, as no data was sent. */
static uint32_t first_sequence_of(int client)
{
	int on = 1, off = TCP_REPAIR_OFF_NO_WP, sending = TCP_SEND_QUEUE;
	uint32_t next = 0;
	socklen_t len = sizeof(next);

	CHECK_EQ(0, setsockopt(client, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)));
	CHECK_EQ(0, setsockopt(client, IPPROTO_TCP, TCP_REPAIR_QUEUE, &sending, sizeof(sending)));
	CHECK_EQ(0, getsockopt(client, IPPROTO_TCP, TCP_QUEUE_SEQ, &next, &len));
	CHECK_EQ(0, setsockopt(client, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)));
	return next - 1;
}

static void check_ends(const struct a4t_refusal *refusal, int family, int listener, int client)
{
	uint8_t ipv4[16] = {127, 0, 0, 1}, mapped[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};
	uint8_t ipv6[16] = {[15] = 1};
	const uint8_t *address = family == AF_INET6		       ? ipv6
				 : refusal->listener.family == AF_INET ? ipv4
								       : mapped;

	CHECK_EQ(inode_of(listener), refusal->listener.inode);
	CHECK_EQ(TCP_LISTEN, refusal->listener.state);
	CHECK_EQ(port_of(listener), refusal->listener.local.port);
	CHECK_EQ(port_of(listener), refusal->local.port);
	CHECK_EQ(port_of(client), refusal->peer.port);
	CHECK_EQ(first_sequence_of(client), refusal->client_isn);
	CHECK_EQ(0, memcmp(address, refusal->peer.addr, 16));
	CHECK_EQ(0, memcmp(address, refusal->local.addr, 16));
}

static void check_refusal(const struct a4t_refusal *refusal, int at, uint32_t backlog)
{
	CHECK_EQ(A4T_EVENT_REFUSED, refusal->type);
	CHECK_EQ(at, refusal->at);
	CHECK_EQ(refused.filter.netns, refusal->netns);
	if (refusal->flags & A4T_REFUSAL_HAS_QUEUE) {
		CHECK_EQ(backlog + 1, refusal->queue_len);
		CHECK_EQ(backlog, refusal->queue_max);
	}
}

/* `listening` is the family of the listener, `family` that of the clients. Tracepoints show no refused SYNs.
 */
static void refuse_syns(char syncookies, int listening, int family)
{
	enum { BACKLOG = 1, REFUSED = 4 };
	int listener = listen_at(listening, BACKLOG), clients[MAX_CLIENTS], seen;
	struct a4t *session = watch_all();
	long before = listen_overflows();

	set_syncookies(syncookies);
	fill_queue(family, listener, BACKLOG, clients);
	begin_connects(family, listener, false, clients + BACKLOG + 1, REFUSED);
	a4t_stop(session);
	CHECK_EQ(REFUSED, listen_overflows() - before);
	read_rest(session);
	seen = a4t_sees_refusals(session) == A4T_COVERAGE_ALL ? REFUSED : 0;
	for (int i = 0; i < seen; i++) {
		const struct a4t_refusal *refusal = next_refusal();

		CHECK(refusal);
		if (!refusal)
			break;
		CHECK(refusal->flags & A4T_REFUSAL_HAS_QUEUE);
		check_refusal(refusal, A4T_REFUSED_SYN, BACKLOG);
		check_ends(refusal, family, listener, clients[BACKLOG + 1 + i]);
	}
	CHECK(!next_record());
	a4t_close(session);
	close_all(clients, BACKLOG + 1 + REFUSED);
	close(listener);
}

static void reports_refused_syns(void)
{
	if (!root_or_skip() || !enter_namespace())
		return;
	for (int probe = A4T_PROBE_AUTO; probe <= A4T_PROBE_FENTRY; probe++)
		for (char syncookies = '0'; use(probe) && syncookies <= '2'; syncookies++) {
			refuse_syns(syncookies, AF_INET, AF_INET);
			refuse_syns(syncookies, AF_INET6, AF_INET6);
			refuse_syns(syncookies, AF_INET6, AF_INET);
		}
}

static int find_client(const int *clients, int count, uint16_t port)
{
	for (int i = 0; i < count; i++)
		if (port_of(clients[i]) == port)
			return clients[i];
	return -1;
}

/* Late clients miss the first SYN-ACK. They answer the next one, when others have filled the queue. */
static void refuse_acks(int listening, int family)
{
	enum { BACKLOG = 5, REFUSED = 3 };
	int listener = listen_at(listening, BACKLOG), late[REFUSED], clients[MAX_CLIENTS], found = 0;
	struct a4t *session = watch_all();
	long before = listen_overflows();

	set_syncookies('0');
	begin_connects(family, listener, true, late, REFUSED);
	fill_queue(family, listener, BACKLOG, clients);
	for (int i = 0; i < REFUSED; i++)
		hear_again(late[i]);
	if (a4t_sees_refusals(session) != A4T_COVERAGE_NONE)
		while (records.used < REFUSED * sizeof(struct a4t_refusal) && read_more(session) >= 0)
			;
	a4t_stop(session);
	read_rest(session);
	for (const struct a4t_refusal *refusal; (refusal = next_refusal()); found++) {
		int client = find_client(late, REFUSED, refusal->peer.port);

		CHECK(client >= 0);
		check_refusal(refusal, A4T_REFUSED_ACK, BACKLOG);
		check_ends(refusal, family, listener, client);
	}
	CHECK(found <= listen_overflows() - before);
	CHECK(found >= REFUSED || a4t_sees_refusals(session) == A4T_COVERAGE_NONE);
	a4t_close(session);
	close_all(late, REFUSED);
	close_all(clients, BACKLOG + 1);
	close(listener);
}

static void reports_refused_last_acks(void)
{
	if (!root_or_skip() || !enter_namespace())
		return;
	for (int probe = A4T_PROBE_AUTO; probe <= A4T_PROBE_TRACEPOINT; probe++)
		if (use(probe)) {
			refuse_acks(AF_INET, AF_INET);
			refuse_acks(AF_INET6, AF_INET6);
			refuse_acks(AF_INET6, AF_INET);
		}
}

/*
 * Without SYN cookies, a listener ignores SYNs while too many handshakes are in progress. Its accept queue is
 * not full, so these SYNs must not be reported.
 */
static void ignores_full_syn_queues(void)
{
	enum { BACKLOG = 1, HALF_OPEN = 4 };
	int listener, late[HALF_OPEN];
	struct a4t *session;
	long before;

	if (!root_or_skip() || !enter_namespace())
		return;
	listener = listen_at(AF_INET, BACKLOG);
	session = watch_all();
	before = listen_overflows();
	set_syncookies('0');
	begin_connects(AF_INET, listener, true, late, HALF_OPEN);
	a4t_stop(session);
	CHECK_EQ(0, listen_overflows() - before);
	read_rest(session);
	CHECK(!next_record());
	a4t_close(session);
	close_all(late, HALF_OPEN);
	close(listener);
}

static void listen_once(void)
{
	close(listen_at(AF_INET, 1));
	/* This call fails, because the socket does not exist, so it must not be reported. */
	listen(-1, 1);
}

static void reports_sockets_that_a_target_opens(void)
{
	struct caller caller, other;
	const struct accept_event *record;
	struct a4t *session;

	if (!root_or_skip() || !enter_namespace())
		return;
	caller = start_caller(listen_once);
	other = start_caller(listen_once);
	session = open_session(&refused);
	close(other.go);
	CHECK_EQ(other.pid, waitpid(other.pid, NULL, 0));
	follow(session, &caller);
	record = next_record();
	CHECK(record);
	if (record) {
		const struct a4t_refusal *listening = (const void *)record;

		CHECK_EQ(A4T_EVENT_LISTENING, listening->type);
		CHECK_EQ(AF_INET, listening->listener.family);
		CHECK(listening->listener.inode != 0);
	}
	record = next_record();
	CHECK(record && record->type == A4T_EVENT_EXIT);
	CHECK(!next_record());
	a4t_close(session);
}

static void expect_nothing_attached(struct a4t *session)
{
	CHECK_EQ(A4T_COVERAGE_NONE, a4t_sees_refusals(session));
	for (int link = LINK_SYN_KPROBE; link <= LINK_SYNACK_REPEATED; link++)
		CHECK(!session->hooks.links[link]);
}

static void attaches_nothing_unless_wanted(void)
{
	struct a4t *session;

	if (!root_or_skip())
		return;
	session = open_session(&usual);
	expect_nothing_attached(session);
	CHECK(!session->hooks.links[LINK_LISTEN_EXIT]);
	a4t_close(session);
}

/* For AF_UNIX, too, the reader must learn which sockets a target opens. */
static void attaches_only_listen_if_only_unix_is_wanted(void)
{
	struct a4t_config config = usual;
	struct a4t *session;

	if (!root_or_skip())
		return;
	config.filter.calls = A4T_CALL_REFUSED;
	config.filter.name_count = 1;
	session = open_session(&config);
	expect_nothing_attached(session);
	CHECK(session->hooks.links[LINK_LISTEN_EXIT] || session->hooks.links[LINK_LISTEN_FEXIT]);
	a4t_close(session);
}

/*
 * On every kernel, one of the two programs does nothing. It would cost time at each dropped packet, or at
 * each repeated SYN-ACK.
 */
static void loads_only_the_tracepoint_that_works(void)
{
	struct a4t *session;
	bool dropped, repeated;

	if (!root_or_skip())
		return;
	session = open_session(&refused);
	dropped = is_chosen(session, LINK_PACKET_DROPPED);
	repeated = is_chosen(session, LINK_SYNACK_REPEATED);
	CHECK(kernel_types()->fd < 0 || dropped != repeated);
	CHECK_EQ(A4T_COVERAGE_NONE < a4t_sees_refusals(session), dropped || repeated);
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"reports each refused SYN", reports_refused_syns},
		{"reports refused last ACKs", reports_refused_last_acks},
		{"ignores SYNs that find too many handshakes", ignores_full_syn_queues},
		{"reports sockets that a target opens", reports_sockets_that_a_target_opens},
		{"attaches nothing unless refusals are wanted", attaches_nothing_unless_wanted},
		{"attaches only the hook on listen() if only AF_UNIX is wanted",
		 attaches_only_listen_if_only_unix_is_wanted},
		{"loads only the tracepoint that works", loads_only_the_tracepoint_that_works},
	};

	return RUN(tests);
}
