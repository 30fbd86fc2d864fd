/*
 * related: makes calls on listeners other than accepts: bind, listen, and all kinds of waits that return a
 * ready listener, including a wait that begins before "ready" is printed. Prints for each call the line that
 * a tracer must print, with T for values that only the tracer measures. Also makes waits that do not return a
 * listener, which must not be reported.
 */
#include "expected.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 7, EVENTS = 4, MINUTE_MS = 60000, HIGH_FD = 200, SIGSET_BYTES = 8 };

static const struct sockaddr_in anywhere = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f};

static int tcp_socket(void)
{
	return check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
}

static void print_fd(int fd)
{
	printf("%d", fd);
	print_socket(fd, -1);
}

/* Unlike print_fd(), shows the address even before listen(). */
static void print_bound(int fd)
{
	if (local_port(fd))
		printf("%d<TCP:[127.0.0.1:%u]>", fd, local_port(fd));
	else
		print_fd(fd);
}

static void print_bind(int fd, unsigned int port, const char *result)
{
	printf("bind(");
	print_bound(fd);
	printf(", {sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = %s <T>\n",
	       port, result);
}

/* Returns a listening socket. Prints the lines of its bind and listen calls. */
static int bind_and_listen(void)
{
	int fd = tcp_socket();

	check(bind(fd, (const struct sockaddr *)&anywhere, sizeof(anywhere)), "bind");
	print_bind(fd, 0, "0");
	check(listen(fd, BACKLOG), "listen");
	printf("listen(");
	print_fd(fd);
	printf(", %d) = 0 <T> queue=0/%d\n", BACKLOG, BACKLOG);
	return fd;
}

static void bind_twice(int listener)
{
	struct sockaddr_in address = anywhere;
	int fd = tcp_socket();

	address.sin_port = htons(local_port(listener));
	if (!bind(fd, (const struct sockaddr *)&address, sizeof(address)) || errno != EADDRINUSE)
		exit(EXIT_FAILURE);
	print_bind(fd, local_port(listener), "-1 EADDRINUSE (Address already in use)");
	close(fd);
}

static void bind_by_name(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;
	int fd = check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "a4t-related-%d", getpid());

	length += offsetof(struct sockaddr_un, sun_path) + 1;
	check(bind(fd, (const struct sockaddr *)&address, length), "bind");
	check(fstat(fd, &status), "fstat");
	printf("bind(%d<", fd);
	print_protocol(fd);
	printf(":[%lu,@\"%s\"]>, {sa_family=AF_UNIX, sun_path=@\"%s\"}, %d) = 0 <T>\n", status.st_ino,
	       address.sun_path + 1, address.sun_path + 1, length);
	close(fd);
}

static void listen_at_nothing(void)
{
	if (!listen(-1, 1) || errno != EBADF)
		exit(EXIT_FAILURE);
	printf("listen(-1, 1) = -1 EBADF (Bad file descriptor) <T>\n");
}

static void print_ready(int files, int listener, int more)
{
	printf(" = %d <T> ready=", files);
	print_fd(listener);
	printf(more ? "+%d\n" : "\n", more);
}

/* by_poll, by_select and by_epoll wait for two listeners, of which one has a pending connection. */
static void by_poll(int listener, int idle)
{
	struct pollfd files[] = {{.fd = idle, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
	struct timespec minute = {.tv_sec = 60};

#ifdef SYS_poll
	check(syscall(SYS_poll, files, 2, MINUTE_MS), "poll");
	printf("poll([...], 2, %d)", MINUTE_MS);
	print_ready(1, listener, 0);
#endif
	check(syscall(SYS_ppoll, files, 2, &minute, NULL, SIGSET_BYTES), "ppoll");
	printf("ppoll([...], 2, {...}, NULL, %d)", SIGSET_BYTES);
	print_ready(1, listener, 0);
}

#ifdef SYS_poll
static bool is_stopped(pid_t process)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", process);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*d (related) %c", &state) != 1)
		_exit(EXIT_FAILURE);
	fclose(file);
	return state == 'T';
}

/* Waits until the process has stopped, because SIGCONT cancels a SIGSTOP that has not taken effect yet. */
static void stop_and_let_out(pid_t waiting, int listener)
{
	await_inside(waiting, SYS_poll);
	kill(waiting, SIGSTOP);
	while (!is_stopped(waiting))
		sched_yield();
	kill(waiting, SIGCONT);
	await_inside(waiting, SYS_restart_syscall);
	connect_to(listener);
}

/* Must give one line, although the kernel resumes the call as restart_syscall. */
static void stopped_in_poll(int listener)
{
	struct pollfd file = {.fd = listener, .events = POLLIN};
	pid_t waiting = getpid(), other = check(fork(), "fork");

	if (other == 0) {
		stop_and_let_out(waiting, listener);
		_exit(EXIT_SUCCESS);
	}
	check(syscall(SYS_poll, &file, 1, MINUTE_MS), "poll");
	printf("poll([...], 1, %d)", MINUTE_MS);
	print_ready(1, listener, 0);
	waitpid(other, NULL, 0);
}
#endif

static void by_select(int listener, int idle)
{
	struct timespec minute = {.tv_sec = 60};
	int end = HIGH_FD + 1;
	fd_set files;

	FD_ZERO(&files);
	FD_SET(listener, &files);
	FD_SET(idle, &files);
#ifdef SYS_select
	check(syscall(SYS_select, end, &files, NULL, NULL, NULL), "select");
	printf("select(%d, [...], NULL, NULL, NULL)", end);
	print_ready(1, listener, 0);
	FD_SET(idle, &files);
#endif
	check(syscall(SYS_pselect6, end, &files, NULL, NULL, &minute, NULL), "pselect6");
	printf("pselect6(%d, [...], NULL, NULL, {...}, NULL)", end);
	print_ready(1, listener, 0);
}

/* Registers one listener with an address as its data, and one with its fd, because event loops use either. */
static int watch(int listener, int other)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = &event};
	int instance = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");

	check(epoll_ctl(instance, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
	event.events = EPOLLIN;
	event.data.fd = other;
	check(epoll_ctl(instance, EPOLL_CTL_ADD, other, &event), "epoll_ctl");
	return instance;
}

static void print_epoll(const char *name, int instance, int timeout)
{
	printf("%s(%d<anon_inode:[eventpoll]>, [...], %d, %d", name, instance, EVENTS, timeout);
}

static void by_epoll(int listener, int idle)
{
	struct epoll_event events[EVENTS];
	int instance = watch(listener, idle);

#ifdef SYS_epoll_wait
	check(syscall(SYS_epoll_wait, instance, events, EVENTS, -1), "epoll_wait");
	print_epoll("epoll_wait", instance, -1);
	printf(")");
	print_ready(1, listener, 0);
#endif
	connect_to(listener);
	check(syscall(SYS_epoll_pwait, instance, events, EVENTS, MINUTE_MS, NULL, SIGSET_BYTES),
	      "epoll_pwait");
	print_epoll("epoll_pwait", instance, MINUTE_MS);
	printf(", NULL, %d)", SIGSET_BYTES);
	print_ready(1, listener, 0);
	close(instance);
}

static void both_at_once(int listener, int other)
{
	struct pollfd files[] = {{.fd = listener, .events = POLLIN}, {.fd = other, .events = POLLIN}};

	check(syscall(SYS_ppoll, files, 2, NULL, NULL, SIGSET_BYTES), "ppoll");
	printf("ppoll([...], 2, NULL, NULL, %d)", SIGSET_BYTES);
	print_ready(2, listener < other ? listener : other, 1);
}

/* Must give no line, because nothing is ready, or only a file that is not a listener. */
static void wait_for_others(int idle)
{
	struct pollfd files[] = {{.fd = idle, .events = POLLIN}, {.fd = STDOUT_FILENO, .events = POLLOUT}};
	struct timespec none = {0};

	check(syscall(SYS_ppoll, files, 1, &none, NULL, SIGSET_BYTES), "ppoll");
	check(syscall(SYS_ppoll, files, 2, &none, NULL, SIGSET_BYTES), "ppoll");
}

/* One call returns two listeners, one with a port and one without. */
static void of_two_families(int listener, int other)
{
	connect_to(listener);
	connect_to(other);
	both_at_once(listener, other);
}

/*
 * Returns an epoll instance with three copies of `event`, which become ready together. The data of each looks
 * like the struct pollfd of a ready `listener`.
 */
static int watch_event(int event, int listener)
{
	struct epoll_event watched = {.events = EPOLLIN};
	int instance = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");

	watched.data.u64 = (uint64_t)POLLIN << 48 | (unsigned int)listener;
	for (int i = 0; i < 3; i++)
		check(epoll_ctl(instance, EPOLL_CTL_ADD, check(dup(event), "dup"), &watched), "epoll_ctl");
	return instance;
}

struct closed {
	int instance;
	_Atomic pid_t tid;
};

static void *wait_in_closed(void *argument)
{
	struct closed *self = argument;
	struct epoll_event events[EVENTS];

	self->tid = gettid();
	check(syscall(SYS_epoll_pwait, self->instance, events, EVENTS, -1, NULL, SIGSET_BYTES),
	      "epoll_pwait");
	return NULL;
}

/* Must give no line, because the meaning of the results is unknown once the epoll descriptor is closed. */
static void close_in_wait(int listener)
{
	int event = check(eventfd(0, EFD_CLOEXEC), "eventfd");
	struct closed closed = {.instance = watch_event(event, listener)};
	pthread_t thread;

	check(-pthread_create(&thread, NULL, wait_in_closed, &closed), "thread");
	while (!closed.tid)
		sched_yield();
	await_inside(closed.tid, SYS_epoll_pwait);
	close(closed.instance);
	check(eventfd_write(event, 1), "eventfd_write");
	pthread_join(thread, NULL);
}

struct blocked {
	pthread_t thread;
	int listener, other, instance;
	_Atomic pid_t tid;
};

static void *block(void *argument)
{
	struct blocked *self = argument;
	struct epoll_event event;

	self->tid = gettid();
	check(syscall(SYS_epoll_pwait, self->instance, &event, 1, -1, NULL, SIGSET_BYTES), "epoll_pwait");
	return NULL;
}

static int listen_without_port(void)
{
	const struct sockaddr_un unnamed = {.sun_family = AF_UNIX};

	return listen_at((const struct sockaddr *)&unnamed, sizeof(unnamed.sun_family), BACKLOG);
}

static void start_blocked(struct blocked *blocked)
{
	blocked->listener = listen_loopback(BACKLOG);
	blocked->other = listen_without_port();
	blocked->instance = watch(blocked->listener, blocked->other);
	check(-pthread_create(&blocked->thread, NULL, block, blocked), "thread");
	while (!blocked->tid)
		sched_yield();
	await_inside(blocked->tid, SYS_epoll_pwait);
}

static void release_blocked(struct blocked *blocked)
{
	connect_to(blocked->listener);
	pthread_join(blocked->thread, NULL);
	printf("epoll_pwait(%d<anon_inode:[eventpoll]>, [...], 1, -1, NULL, %d) = 1 <>=T> ready=",
	       blocked->instance, SIGSET_BYTES);
	print_fd(blocked->listener);
	printf("\n");
}

int main(void)
{
	struct blocked blocked = {0};
	int idle, listener, high;

	workload_start();
	start_blocked(&blocked);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	release_blocked(&blocked);
#ifdef SYS_poll
	stopped_in_poll(bind_and_listen());
#endif
	idle = bind_and_listen();
	listener = bind_and_listen();
	bind_twice(listener);
	bind_by_name();
	listen_at_nothing();
	connect_to(listener);
	by_poll(listener, idle);
	by_epoll(listener, idle);
	wait_for_others(idle);
	high = check(dup2(tcp_socket(), HIGH_FD), "dup2");
	check(listen(high, BACKLOG), "listen");
	printf("listen(");
	print_fd(high);
	printf(", %d) = 0 <T> queue=0/%d\n", BACKLOG, BACKLOG);
	by_select(listener, high);
	connect_to(high);
	both_at_once(listener, high);
	of_two_families(blocked.listener, blocked.other);
	close_in_wait(blocked.listener);
	return 0;
}
