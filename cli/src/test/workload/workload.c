#include "workload.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/seccomp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

enum { LIFETIME_SECONDS = 600 };

void workload_start(void)
{
	alarm(LIFETIME_SECONDS);
}

void workload_ready(void)
{
	puts("ready");
	fflush(stdout);
}

bool workload_next_line(void)
{
	int c;

	do
		c = getchar();
	while (c != '\n' && c != EOF);
	return c == '\n';
}

void workload_done(void)
{
	puts("done");
	fflush(stdout);
	workload_next_line();
}

int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(EXIT_FAILURE);
	}
	return result;
}

unsigned long parse_count(const char *text)
{
	char *end;
	unsigned long count = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0') {
		fprintf(stderr, "not a count: %s\n", text);
		exit(EXIT_FAILURE);
	}
	return count;
}

void bind_anew(int fd, const struct sockaddr *address, socklen_t size)
{
	const char *path = ((const struct sockaddr_un *)address)->sun_path;

	if (address->sa_family == AF_UNIX && path[0])
		unlink(path);
	check(bind(fd, address, size), "bind");
}

int listen_at(const struct sockaddr *address, socklen_t size, int backlog)
{
	int fd = check(socket(address->sa_family, SOCK_STREAM, 0), "socket");

	bind_anew(fd, address, size);
	check(listen(fd, backlog), "listen");
	return fd;
}

int listen_loopback(int backlog)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return listen_at((struct sockaddr *)&address, sizeof(address), backlog);
}

int listen_as_member(unsigned int port, int backlog)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	int on = 1;

	check(setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), "SO_REUSEPORT");
	check(bind(listener, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listener, backlog), "listen");
	return listener;
}

int connect_to(int listener)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int fd;

	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	fd = check(socket(address.ss_family, SOCK_STREAM, 0), "socket");
	check(connect(fd, (struct sockaddr *)&address, size), "connect");
	return fd;
}

int connect_mapped(int listener)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(local_port(listener)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
	return fd;
}

unsigned int local_port(int fd)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	check(getsockname(fd, (struct sockaddr *)&address, &size), "getsockname");
	return ntohs(address.sin_port);
}

bool is_reset(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

void close_by_reset(int fd)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	check(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), "SO_LINGER");
	check(close(fd), "close");
}

/* The kernel shows the number of the call that a sleeping thread is in. */
static bool is_inside(pid_t tid, long call)
{
	char path[64];
	FILE *file;
	long number = -1;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number == call;
}

void await_inside(pid_t tid, long call)
{
	while (!is_inside(tid, call))
		sched_yield();
}

void answer_call(int number, unsigned int answer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_SIZE(code), .filter = code};

	check((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
}

void forbid_call(int number, int error)
{
	answer_call(number, SECCOMP_RET_ERRNO | error);
}

void let_pass(long nanoseconds)
{
	int timer = check(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create");
	struct itimerspec once = {.it_value.tv_nsec = nanoseconds};
	struct pollfd expired = {.fd = timer, .events = POLLIN};

	check(timerfd_settime(timer, 0, &once, NULL), "timerfd_settime");
	if (nanoseconds > 0)
		check(poll(&expired, 1, -1), "poll");
	check(close(timer), "close");
}

static void use_cpu(bool last)
{
	cpu_set_t all, one;

	check(sched_getaffinity(0, sizeof(all), &all), "sched_getaffinity");
	CPU_ZERO(&one);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &all) && (last || !CPU_COUNT(&one))) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
		}
	}
	check(sched_setaffinity(0, sizeof(one), &one), "sched_setaffinity");
}

void use_first_cpu(void)
{
	use_cpu(false);
}

void use_last_cpu(void)
{
	use_cpu(true);
}

void await_delivery(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int self = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	char byte = 0;

	check(bind(self, (struct sockaddr *)&address, sizeof(address)), "bind");
	address.sin_port = htons(local_port(self));
	check(connect(self, (struct sockaddr *)&address, sizeof(address)), "connect");
	check((int)send(self, &byte, 1, 0), "send");
	check((int)recv(self, &byte, 1, 0), "recv");
	check(close(self), "close");
}

void enter_own_network(void)
{
	struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	check(unshare(CLONE_NEWNET), "unshare");
	fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	check(ioctl(fd, SIOCSIFFLAGS, &up), "SIOCSIFFLAGS");
	check(close(fd), "close");
}

void make_call(struct call *call)
{
	call->length_before = call->length ? *call->length : 0;
	call->result = (int)syscall(call->old ? SYS_accept : SYS_accept4, call->fd, call->address,
				    call->length, call->flags);
	call->error = call->result < 0 ? errno : 0;
}

static unsigned int dropped_by(int fd)
{
	unsigned int info[SK_MEMINFO_VARS] = {};
	socklen_t len = sizeof(info);

	check(getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len), "SO_MEMINFO");
	return info[SK_MEMINFO_DROPS];
}

int begin_connection(int listener)
{
	struct sock_filter drop = {.code = BPF_RET | BPF_K};
	struct sock_fprog filter = {1, &drop};
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	int client;

	check(getsockname(listener, (struct sockaddr *)&address, &len), "getsockname");
	client = check(socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	check(setsockopt(client, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)), "SO_ATTACH_FILTER");
	if (connect(client, (struct sockaddr *)&address, len) == 0 || errno != EINPROGRESS)
		check(-1, "begin to connect");
	while (!dropped_by(client))
		sched_yield();
	return client;
}

void complete_connection(int client)
{
	int ignored = 0;

	check(setsockopt(client, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof(ignored)),
	      "SO_DETACH_FILTER");
}
