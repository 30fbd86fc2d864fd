/*
 * refused: has a listener with a full accept queue. As it is alone in a network namespace, the counter
 * ListenOverflows of the namespace counts only refusals of this listener. Prints the record of each refused
 * client, with K for the number of packets, then the growth of the counter.
 *
 * Usage: refused syn|ack 4|6|mapped|mptcp SYNCOOKIES ABORT early|late [BACKLOG]
 *   syn, ack           which packet of the handshake is refused
 *   4, 6, mapped       IPv4, IPv6, or IPv4 clients of an IPv6 listener
 *   mptcp              TCP clients of an MPTCP listener, over IPv4
 *   SYNCOOKIES, ABORT  values of net.ipv4.tcp_syncookies and net.ipv4.tcp_abort_on_overflow
 *   early, late        whether the listener exists before "ready" is printed
 *   BACKLOG            argument of listen(), 5 if missing
 */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define MAX_BACKLOG 5
#define REFUSED	    3

static bool at_ack, mapped, mptcp;
static int family; /* of the listener */
static int backlog = MAX_BACKLOG;
/* The kernel refuses clients only if more than `backlog` wait. */
static int waiting[MAX_BACKLOG + 1], refused[REFUSED];

static void set_sysctl(const char *name, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	fd = check(open(path, O_WRONLY | O_CLOEXEC), path);
	check(write(fd, value, strlen(value)), path);
	close(fd);
}

/* The lines with names and values of the extended TCP counters come first. */
static long listen_overflows(void)
{
	FILE *file = fopen("/proc/self/net/netstat", "re");
	char names[8192] = "", values[8192] = "", *name, *value, *names_at, *values_at;

	if (!file || !fgets(names, sizeof(names), file) || !fgets(values, sizeof(values), file))
		check(-1, "netstat");
	fclose(file);
	name = strtok_r(names, " \n", &names_at);
	value = strtok_r(values, " \n", &values_at);
	while (name && value && strcmp(name, "ListenOverflows")) {
		name = strtok_r(NULL, " \n", &names_at);
		value = strtok_r(NULL, " \n", &values_at);
	}
	return value ? atol(value) : check(-1, "ListenOverflows");
}

static int open_mptcp_listener(const struct sockaddr_in *address)
{
	int listener = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP), "MPTCP");

	check(bind(listener, (const struct sockaddr *)address, sizeof(*address)), "bind");
	check(listen(listener, backlog), "listen");
	return listener;
}

static int open_listener(void)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};

	if (mptcp)
		return open_mptcp_listener(&ipv4);
	return family == AF_INET ? listen_at((struct sockaddr *)&ipv4, sizeof(ipv4), backlog)
				 : listen_at((struct sockaddr *)&ipv6, sizeof(ipv6), backlog);
}

/* A deaf socket drops all packets that it receives. */
static void make_deaf(int fd)
{
	struct sock_filter drop = {.code = BPF_RET | BPF_K};
	struct sock_fprog program = {1, &drop};

	check(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), "SO_ATTACH_FILTER");
}

static void end_deafness(int fd)
{
	int unused = 0;

	check(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)), "SO_DETACH_FILTER");
}

static int begin_connect(int listener, bool deaf)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	bool v6 = family == AF_INET6 && !mapped;
	int fd = check(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"), result;

	ipv4.sin_port = ipv6.sin6_port = htons(local_port(listener));
	if (deaf)
		make_deaf(fd);
	result = v6 ? connect(fd, (struct sockaddr *)&ipv6, sizeof(ipv6))
		    : connect(fd, (struct sockaddr *)&ipv4, sizeof(ipv4));
	if (result < 0 && errno != EINPROGRESS)
		check(result, "connect");
	return fd;
}

static void fill_queue(int listener)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	for (int i = 0; i <= backlog; i++)
		waiting[i] = begin_connect(listener, false);
	do
		check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	while (info.tcpi_unacked <= (unsigned int)backlog);
}

/*
 * To have its ACK refused, a client is deaf at first, so that it sends the ACK only after the kernel has
 * repeated its SYN-ACK. Meanwhile, other clients fill the queue. To have its SYN refused, a client connects
 * when the queue is full.
 */
static void refuse(int listener)
{
	for (int i = 0; i < REFUSED && at_ack; i++)
		refused[i] = begin_connect(listener, true);
	fill_queue(listener);
	for (int i = 0; i < REFUSED; i++)
		if (at_ack)
			end_deafness(refused[i]);
		else
			refused[i] = begin_connect(listener, false);
}

/* Waits until each client has sent its last ACK. It is then connected, or has been reset. */
static void await_last_acks(void)
{
	for (int i = 0; i < REFUSED; i++) {
		struct tcp_info info;
		socklen_t len = sizeof(info);

		do {
			let_pass(1000000);
			check(getsockopt(refused[i], IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
		} while (info.tcpi_state == TCP_SYN_SENT);
	}
}

static unsigned long own_netns(void)
{
	struct stat status;

	check(stat("/proc/self/ns/net", &status), "stat");
	return status.st_ino;
}

static void print_claims(int listener)
{
	const char *any = family == AF_INET ? "0.0.0.0" : "[::]";
	const char *client = family == AF_INET ? "127.0.0.1" : mapped ? "[::ffff:127.0.0.1]" : "[::1]";

	for (int i = 0; i < REFUSED; i++)
		printf("[refused] %s:%u<-%s:%u queue=%d/%d at=%s packets=K netns=%lu\n", any,
		       local_port(listener), client, local_port(refused[i]), backlog + 1, backlog,
		       at_ack ? "ack" : "syn", own_netns());
}

int main(int argc, char **argv)
{
	bool late;
	long before, wanted;
	int listener;

	if (argc != 6 && argc != 7)
		return EXIT_FAILURE;
	if (argc == 7)
		backlog = check(atoi(argv[6]), "backlog");
	at_ack = !strcmp(argv[1], "ack");
	mapped = !strcmp(argv[2], "mapped");
	mptcp = !strcmp(argv[2], "mptcp");
	family = mptcp || !strcmp(argv[2], "4") ? AF_INET : AF_INET6;
	late = !strcmp(argv[5], "late");
	workload_start();
	enter_own_network();
	set_sysctl("tcp_syncookies", argv[3]);
	set_sysctl("tcp_abort_on_overflow", argv[4]);
	listener = late ? -1 : open_listener();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	if (late)
		listener = open_listener();
	before = listen_overflows();
	refuse(listener);
	/* Wait until each SYN was repeated. An ACK is not repeated if the client was reset. */
	wanted = at_ack ? REFUSED : 2 * REFUSED;
	if (at_ack)
		await_last_acks();
	while (listen_overflows() - before < wanted)
		let_pass(1000000);
	print_claims(listener);
	for (int i = 0; i < REFUSED; i++)
		close_by_reset(refused[i]);
	printf("overflows %ld\n", listen_overflows() - before);
	workload_done();
	return 0;
}
