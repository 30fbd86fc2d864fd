/*
 * matrix: makes more than 300 different accept4 and accept calls, for comparing tracers. Combines each family
 * with each length of the caller's buffer, and with each kind of pointer. Combines each kind of fd with each
 * kind of flags. Prints "done" and waits for another line, so that tracers can detach while nothing happens.
 */
#include "workload.h"

#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 5 };

static const int all_flags[] = {
	0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK, 0x1, SOCK_CLOEXEC | 0x1, -1};
static const socklen_t sizes[] = {0, 1, 2, 3, 8, 15, 16, 23, 24, 27, 28, 29, 109, 110, 111, 128, 1000};

/* A kind of connection: a listener, and how a client connects. */
struct kind {
	int (*listen)(void);
	int (*connect)(int listener);
};

/* Unlike make_call(), does not read the length, because the pointer can be invalid. */
static void call_once(int fd, void *address, void *length, int flags)
{
	int accepted = (int)syscall(SYS_accept4, fd, address, length, flags);

	if (accepted >= 0)
		close_by_reset(accepted);
}

/* accept(2), which has no flags. */
static void call_without_flags(int fd, void *address, void *length)
{
	int accepted = (int)syscall(SYS_accept, fd, address, length);

	if (accepted >= 0)
		close_by_reset(accepted);
}

/* --- clients and listeners --- */

static int listen_inet6(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};

	return listen_at((struct sockaddr *)&any, sizeof(any), BACKLOG);
}

static int listen_inet(void)
{
	return listen_loopback(BACKLOG);
}

static socklen_t name_unix(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path), "%s.%d", name, getpid());
	/* '@' replaces the initial NUL of an abstract name, which is delimited by its length. */
	if (*name != '@')
		return sizeof(*address);
	address->sun_path[0] = '\0';
	return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1);
}

static int listen_unix(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t size = name_unix(&address, name);
	int fd = check(socket(AF_UNIX, type, 0), "socket");

	bind_anew(fd, (struct sockaddr *)&address, size);
	check(listen(fd, BACKLOG), "listen");
	if (address.sun_path[0])
		check(unlink(address.sun_path), "unlink");
	return fd;
}

/* The name is abstract, because listen_unix() unlinks paths before clients connect. */
static int listen_stream(void)
{
	return listen_unix("@matrix \"stream\"\n", SOCK_STREAM);
}

static int listen_packets(void)
{
	return listen_unix("@matrix packets", SOCK_SEQPACKET);
}

static int connect_unix(int listener, const char *own_name, int type)
{
	struct sockaddr_un own, address;
	socklen_t size = sizeof(address);
	int fd = check(socket(AF_UNIX, type, 0), "socket");

	if (own_name)
		bind_anew(fd, (struct sockaddr *)&own, name_unix(&own, own_name));
	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	check(connect(fd, (struct sockaddr *)&address, size), "connect");
	if (own_name && own.sun_path[0])
		check(unlink(own.sun_path), "unlink");
	return fd;
}

static int connect_by_path(int listener)
{
	return connect_unix(listener, "/tmp/matrix client \t\x80", SOCK_STREAM);
}

static int connect_by_abstract_name(int listener)
{
	return connect_unix(listener, "@matrix client", SOCK_STREAM);
}

static int connect_packets(int listener)
{
	return connect_unix(listener, NULL, SOCK_SEQPACKET);
}

static const struct kind kinds[] = {
	{listen_inet, connect_to},	   {listen_inet6, connect_to},
	{listen_inet6, connect_mapped},	   {listen_stream, connect_to},
	{listen_stream, connect_by_path},  {listen_stream, connect_by_abstract_name},
	{listen_packets, connect_packets},
};

/* --- connections accepted in every way --- */

static void accept_one(const struct kind *kind, int listener, void *address, socklen_t *length, int flags)
{
	int client = kind->connect(listener);

	call_once(listener, address, length, flags);
	close(client);
}

static void accept_with_every_length(const struct kind *kind, int listener)
{
	static struct sockaddr_storage address[8];

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		socklen_t length = sizes[i];

		memset(address, 0x5a, sizeof(address));
		accept_one(kind, listener, address, &length, all_flags[i % 4]);
	}
}

/* Includes pointers to memory that is not mapped, and to memory that cannot be accessed. */
static void accept_with_every_pointer(const struct kind *kind, int listener)
{
	void *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct sockaddr_storage address;
	socklen_t length = sizeof(address), negative = -1;

	accept_one(kind, listener, NULL, NULL, 0);
	accept_one(kind, listener, NULL, &length, SOCK_CLOEXEC);
	accept_one(kind, listener, NULL, (void *)1, 0);
	accept_one(kind, listener, &address, NULL, 0);
	accept_one(kind, listener, &address, (void *)1, 0);
	accept_one(kind, listener, &address, forbidden, 0);
	accept_one(kind, listener, &address, &negative, 0);
	accept_one(kind, listener, (void *)1, &length, 0);
	accept_one(kind, listener, forbidden, &length, SOCK_NONBLOCK);
	munmap(forbidden, 4096);
}

static void accept_without_flags(const struct kind *kind, int listener)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	int client = kind->connect(listener);

	call_without_flags(listener, &address, &length);
	close(client);
	client = kind->connect(listener);
	call_without_flags(listener, NULL, NULL);
	close(client);
}

static void accept_from_nobody(int listener)
{
	struct sockaddr_storage address;
	socklen_t length = 77;

	check(fcntl(listener, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	call_once(listener, &address, &length, 0);
	call_once(listener, NULL, NULL, SOCK_CLOEXEC);
	call_once(listener, &address, NULL, SOCK_NONBLOCK);
	call_without_flags(listener, &address, &length);
}

static void accept_every_kind(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int listener = kinds[i].listen();

		accept_with_every_length(&kinds[i], listener);
		accept_with_every_pointer(&kinds[i], listener);
		accept_without_flags(&kinds[i], listener);
		accept_from_nobody(listener);
		close(listener);
	}
}

static void accept_without_a_free_fd(void)
{
	struct rlimit old, none = {.rlim_cur = 3};
	int listener = listen_inet(), client = connect_to(listener);

	getrlimit(RLIMIT_NOFILE, &old);
	none.rlim_max = old.rlim_max;
	check(setrlimit(RLIMIT_NOFILE, &none), "setrlimit");
	call_once(listener, NULL, NULL, 0);
	check(setrlimit(RLIMIT_NOFILE, &old), "setrlimit");
	close(client);
	close(listener);
}

/* --- fds that cannot accept --- */

static int open_file(const char *path, bool keep)
{
	int fd = check(open(path, O_RDWR | O_CREAT, 0600), path);

	if (!keep)
		check(unlink(path), "unlink");
	return fd;
}

static int open_pipe(void)
{
	int ends[2];

	check(pipe(ends), "pipe");
	return ends[0];
}

static int bound_udp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	check(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
	return fd;
}

static int connected_tcp(void)
{
	return connect_to(listen_inet());
}

static int connected_unix(void)
{
	int pair[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	return pair[0];
}

static void accept_on_every_fd(void)
{
	const int fds[] = {
		-1,
		1000000,
		open_file("/tmp/matrix <odd> \"name\"\n\x80", false),
		open("/dev/null", O_RDONLY),
		open("/dev/ptmx", O_RDONLY | O_NOCTTY),
		open("/tmp", O_RDONLY | O_DIRECTORY),
		open("/tmp", O_PATH),
		open("/proc/self/ns/net", O_RDONLY),
		open_pipe(),
		epoll_create1(0),
		eventfd(0, 0),
		timerfd_create(CLOCK_MONOTONIC, 0),
		inotify_init1(0),
		memfd_create("matrix", 0),
		bound_udp(),
		socket(AF_INET, SOCK_DGRAM, 0),
		socket(AF_INET6, SOCK_DGRAM, 0),
		socket(AF_UNIX, SOCK_DGRAM, 0),
		socket(AF_INET, SOCK_STREAM, 0),
		socket(AF_INET6, SOCK_STREAM, 0),
		socket(AF_UNIX, SOCK_STREAM, 0),
		connected_tcp(),
		connected_unix(),
	};

	/* The fds stay open, because files other than sockets can only be described while they are open. */
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(all_flags); j++)
			call_once(fds[i], NULL, NULL, all_flags[j]);
		call_without_flags(fds[i], NULL, NULL);
	}
}

/* --- AF_VSOCK --- */

static struct sockaddr_vm vsock_address(unsigned int cid)
{
	return (struct sockaddr_vm){.svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = getpid()};
}

static int listen_vsock(void)
{
	struct sockaddr_vm any = vsock_address(VMADDR_CID_ANY);

	return listen_at((struct sockaddr *)&any, sizeof(any), BACKLOG);
}

/* Returns -1 if the machine cannot connect to itself. Some kernels notice that only after a timeout. */
static int try_vsock(void)
{
	struct sockaddr_vm self = vsock_address(VMADDR_CID_LOCAL);
	int fd = check(socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	struct pollfd writable = {.fd = fd, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, (struct sockaddr *)&self, sizeof(self)) == 0)
		return fd;
	if (poll(&writable, 1, 1000) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
	    error == 0)
		return fd;
	close(fd);
	return -1;
}

static int connect_vsock(int listener)
{
	(void)listener;
	return check(try_vsock(), "AF_VSOCK");
}

static void accept_vsock(void)
{
	static const struct kind vsock = {listen_vsock, connect_vsock};
	int listener, client;

	listener = listen_vsock();
	client = try_vsock();
	if (client >= 0) {
		call_once(listener, NULL, NULL, 0);
		close(client);
		accept_with_every_length(&vsock, listener);
		accept_with_every_pointer(&vsock, listener);
	}
	accept_from_nobody(listener);
	close(listener);
}

int main(void)
{
	workload_start();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	accept_every_kind();
	accept_without_a_free_fd();
	accept_on_every_fd();
	accept_vsock();
	workload_done();
	return 0;
}
