/*
 * waits: lets connections wait in the accept queue for about 0, 1, 10, 50 and 200 ms. Prints for each
 * connection the client port, and bounds of the wait in seconds, measured with CLOCK_MONOTONIC.
 */
#include "workload.h"

#include <linux/sockios.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NANOSECONDS = 1000000000 };

static const long delays[] = {0, 1000000, 10000000, 50000000, 200000000};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / NANOSECONDS;
}

/*
 * connect() may return before the listener has seen the end of the handshake. If the kernel has acknowledged
 * a byte, the handshake has ended.
 */
static void await_handshake(int client)
{
	int unacknowledged;

	check(write(client, "x", 1), "write");
	do {
		sched_yield();
		check(ioctl(client, SIOCOUTQ, &unacknowledged), "SIOCOUTQ");
	} while (unacknowledged > 0);
}

static void let_wait(int listener, long nanoseconds)
{
	struct call call = {.fd = listener};
	double before_connect = now();
	int client = connect_to(listener);
	double connected, before_accept, accepted;

	await_handshake(client);
	connected = now();
	let_pass(nanoseconds);
	before_accept = now();
	make_call(&call);
	accepted = now();
	check(call.result, "accept4");
	printf("%u %.9f %.9f\n", local_port(client), before_accept - connected, accepted - before_connect);
}

int main(void)
{
	int listener;

	workload_start();
	listener = listen_loopback(SOMAXCONN);
	workload_ready();
	if (workload_next_line())
		for (size_t i = 0; i < ARRAY_SIZE(delays); i++)
			let_wait(listener, delays[i]);
	return 0;
}
