/*
 * handshakes: accepts connections whose handshakes differ. Prints the line that a tracer must show for each,
 * with T for times that only the tracer measures. With the argument verbose, the lines are those of -v.
 */
#include "expected.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BACKLOG	 4
#define GREETING "hello"

static bool verbose;

/* Returns what the kernel knows about an accepted connection. */
static struct tcp_info info_of(int accepted)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	check(getsockopt(accepted, IPPROTO_TCP, TCP_INFO, &info, &len), "TCP_INFO");
	return info;
}

static int receiving_cpu(int accepted)
{
	int cpu;
	socklen_t len = sizeof(cpu);

	check(getsockopt(accepted, SOL_SOCKET, SO_INCOMING_CPU, &cpu, &len), "SO_INCOMING_CPU");
	return cpu;
}

static void print_details(const struct tcp_info *info, int accepted, int half_open, bool cookie)
{
	if (cookie)
		printf(" synack=?");
	else
		printf(" rtt=%u.%06u", info->tcpi_rtt / 1000000, info->tcpi_rtt % 1000000);
	if (half_open)
		printf(" half-open=%d", half_open);
	printf(" cpu=%d<-%d", sched_getcpu(), receiving_cpu(accepted));
	if (info->tcpi_bytes_received)
		printf(" bytes=%llu", (unsigned long long)info->tcpi_bytes_received);
}

static void accept_from(int listener, int client, int half_open, bool cookie)
{
	struct call call = {.fd = listener};
	struct tcp_info info;

	make_call(&call);
	check(call.result, "accept4");
	info = info_of(call.result);
	print_call(&call, client);
	printf(" <T> wait=T queue=0/%d", BACKLOG);
	if (!cookie && info.tcpi_total_retrans)
		printf(" synack=%u", info.tcpi_total_retrans);
	if (verbose)
		print_details(&info, call.result, half_open, cookie);
	printf("\n");
	close(client);
	close(call.result);
}

static void write_and_await(int client)
{
	int unacknowledged;

	check(write(client, GREETING, strlen(GREETING)), "write");
	do {
		sched_yield();
		check(ioctl(client, SIOCOUTQ, &unacknowledged), "SIOCOUTQ");
	} while (unacknowledged > 0);
}

/* Returns a client whose handshake is complete. */
static int connect_and_write(int listener)
{
	int client = connect_to(listener);

	write_and_await(client);
	return client;
}

static void always_send_cookies(void)
{
	int sysctl = check(open("/proc/sys/net/ipv4/tcp_syncookies", O_WRONLY), "open tcp_syncookies");

	check(write(sysctl, "2", 1), "write tcp_syncookies");
	close(sysctl);
}

static void stay_on_cpu(void)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	check(sched_setaffinity(0, sizeof(cpu), &cpu), "sched_setaffinity");
}

int main(int argc, char **argv)
{
	int listener, late;

	verbose = argc > 1 && strcmp(argv[1], "verbose") == 0;
	workload_start();
	stay_on_cpu();
	enter_own_network();
	listener = listen_loopback(BACKLOG);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	accept_from(listener, connect_and_write(listener), 0, false);
	late = begin_connection(listener);
	accept_from(listener, connect_to(listener), 1, false);
	complete_connection(late);
	accept_from(listener, late, 0, false);
	always_send_cookies();
	accept_from(listener, connect_and_write(listener), 0, true);
	return 0;
}
