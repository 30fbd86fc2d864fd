/*
 * concurrent: makes overlapping accept4 and accept calls, for comparing tracers. Some threads block, signals
 * interrupt some calls, and a thread named "netns" is in its own network namespace. Prints "done" and waits
 * for another line.
 */
#include "workload.h"

#include <linux/ipv6.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BLOCKED_THREADS = 5, BACKLOG = 5 };

/* A thread in one call. */
struct waiter {
	pthread_t thread;
	_Atomic pid_t tid;
	int listener;
	int flags;
	bool with_address;
	bool old; /* accept(2), which has no flags */
};

static void call_with_address(int listener, int flags)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	struct call call = {
		.fd = listener, .address = (struct sockaddr *)&address, .length = &length, .flags = flags};

	make_call(&call);
}

static void call_without_address(int listener, int flags)
{
	struct call call = {.fd = listener, .flags = flags};

	make_call(&call);
}

static void *wait_for_a_client(void *argument)
{
	struct waiter *self = argument;

	self->tid = gettid();
	if (self->old)
		make_call(&(struct call){.fd = self->listener, .old = true});
	else if (self->with_address)
		call_with_address(self->listener, self->flags);
	else
		call_without_address(self->listener, self->flags);
	return NULL;
}

static void start_waiter(struct waiter *waiter)
{
	check(-pthread_create(&waiter->thread, NULL, wait_for_a_client, waiter), "thread");
	while (!waiter->tid)
		sched_yield();
	await_inside(waiter->tid, waiter->old ? SYS_accept : SYS_accept4);
}

static void block_threads(void)
{
	struct waiter waiters[BLOCKED_THREADS] = {};
	int listener = listen_loopback(BACKLOG);

	for (int i = 0; i < BLOCKED_THREADS; i++) {
		waiters[i] = (struct waiter){
			.listener = listener, .flags = SOCK_CLOEXEC, .with_address = i % 2, .old = i == 0};
		start_waiter(&waiters[i]);
	}
	for (int i = 0; i < BLOCKED_THREADS; i++)
		connect_to(listener);
	for (int i = 0; i < BLOCKED_THREADS; i++)
		pthread_join(waiters[i].thread, NULL);
}

static void on_signal(int number)
{
	(void)number;
}

/* With SA_RESTART, the call continues until a client connects; otherwise, the signal ends it. */
static void interrupt_call(int flags, bool with_address, bool old)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
	struct waiter waiter = {
		.listener = listen_loopback(BACKLOG), .with_address = with_address, .old = old};

	sigaction(SIGUSR1, &action, NULL);
	start_waiter(&waiter);
	check((int)syscall(SYS_tgkill, getpid(), waiter.tid, SIGUSR1), "tgkill");
	if (flags & SA_RESTART)
		connect_to(waiter.listener);
	pthread_join(waiter.thread, NULL);
}

static void time_out(void)
{
	struct timeval soon = {.tv_usec = 1000};
	int listener = listen_loopback(BACKLOG);

	check(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)), "SO_RCVTIMEO");
	call_without_address(listener, 0);
	call_with_address(listener, SOCK_CLOEXEC);
}

/* Adds an address to the loopback interface. */
static void add_address(struct in6_addr address)
{
	struct in6_ifreq own = {.ifr6_addr = address, .ifr6_prefixlen = 64, .ifr6_ifindex = 1};
	int fd = check(socket(AF_INET6, SOCK_DGRAM, 0), "socket");

	check(ioctl(fd, SIOCSIFADDR, &own), "SIOCSIFADDR");
	close(fd);
}

static void *accept_in_another_namespace(void *unused)
{
	struct in6_addr link_local = {.s6_addr = {[0] = 0xfe, [1] = 0x80, [15] = 0x77}};
	struct sockaddr_in6 scoped = {.sin6_family = AF_INET6, .sin6_addr = link_local, .sin6_scope_id = 1};
	int ipv4, ipv6;

	(void)unused;
	enter_own_network();
	check(prctl(PR_SET_NAME, "netns"), "PR_SET_NAME");
	add_address(link_local);
	ipv4 = listen_loopback(BACKLOG);
	connect_to(ipv4);
	call_with_address(ipv4, 0);
	/* While the new address is tentative, bind() fails. */
	ipv6 = check(socket(AF_INET6, SOCK_STREAM, 0), "socket");
	while (bind(ipv6, (struct sockaddr *)&scoped, sizeof(scoped)))
		sched_yield();
	check(listen(ipv6, BACKLOG), "listen");
	connect_to(ipv6);
	call_with_address(ipv6, SOCK_CLOEXEC);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	workload_start();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	block_threads();
	interrupt_call(0, false, false);
	interrupt_call(0, true, false);
	interrupt_call(0, false, true);
	interrupt_call(SA_RESTART, false, false);
	interrupt_call(SA_RESTART, true, false);
	interrupt_call(SA_RESTART, false, true);
	time_out();
	check(-pthread_create(&thread, NULL, accept_in_another_namespace, NULL), "thread");
	pthread_join(thread, NULL);
	workload_done();
	return 0;
}
