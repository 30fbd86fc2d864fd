/*
 * troubles: connections with problems. Some are taken off the queue by a call that then fails, one is reset
 * by its client before the accept, and some are dropped by a full queue. During other calls, another thread
 * changes the address while the kernel writes it. Prints for each call the complete line that a tracer must
 * print, with T for values that only the tracer measures.
 */
#include "expected.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 5, PAGE = 4096 };

static void lose_tcp(void *address, socklen_t length)
{
	int listener = listen_loopback(BACKLOG), client = connect_to(listener);
	struct call call = {.fd = listener, .address = address, .length = &length};

	make_call(&call);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/%d lost=127.0.0.1:%u\n", BACKLOG, local_port(client));
}

static void lose_unix(void)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX};
	int listener = listen_at((struct sockaddr *)&own, sizeof(own.sun_family), BACKLOG), client;
	struct call call = {.fd = listener, .address = (void *)1};
	socklen_t length = sizeof(own);
	struct stat status;

	client = connect_to(listener);
	check(fstat(client, &status), "fstat");
	call.length = &length;
	make_call(&call);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/%d peer=%d<troubles> uid=%u lost=", BACKLOG, getpid(), geteuid());
	print_protocol(client);
	printf(":[%lu]\n", status.st_ino);
}

/*
 * After the reset, print_call() could no longer get the client's address from the socket, so the line is
 * formatted here.
 */
static void accept_reset_connection(void)
{
	int listener = listen_loopback(BACKLOG), client = connect_to(listener);
	unsigned int server_port = local_port(listener), client_port = local_port(client);
	struct call call = {.fd = listener};

	close_by_reset(client);
	make_call(&call);
	printf("accept4(%d<TCP:[127.0.0.1:%u]>, NULL, NULL, 0) = ", listener, server_port);
	printf("%d<TCP:[127.0.0.1:%u->127.0.0.1:%u]>", call.result, server_port, client_port);
	printf(" <T> wait=T queue=0/%d !reset\n", BACKLOG);
}

static unsigned int drops_of(int listener)
{
	unsigned int memory[SK_MEMINFO_VARS] = {0};
	socklen_t size = sizeof(memory);

	check(getsockopt(listener, SOL_SOCKET, SO_MEMINFO, memory, &size), "SO_MEMINFO");
	return memory[SK_MEMINFO_DROPS];
}

/* A queue with limit 1 holds two connections. Clients retry if it is full, and each attempt is counted. */
static void overflow(int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	while (drops_of(listener) == 0) {
		int client = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

		connect(client, (struct sockaddr *)&address, size);
	}
}

static void accept_after_overflow(void)
{
	int listener = listen_loopback(1);
	struct call call = {.fd = listener, .flags = SOCK_CLOEXEC};

	connect_to(listener);
	make_call(&call);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/1\n");
	overflow(listener);
	make_call(&call);
	print_call(&call, -1);
	printf(" <T> wait=T queue=1/1\n");
}

/* An address buffer across two pages. A write to the second page waits until another thread permits it. */
struct guarded_address {
	int faults;
	char *guarded;
	struct sockaddr_in *address;
};

static void protect(const struct guarded_address *guard, int mode)
{
	struct uffdio_writeprotect range = {
		.range = {.start = (unsigned long)guard->guarded, .len = PAGE},
		.mode = mode,
	};

	check(ioctl(guard->faults, UFFDIO_WRITEPROTECT, &range), "UFFDIO_WRITEPROTECT");
}

/*
 * At the fault, the kernel has already written port and address to the first page. It does not undo this
 * change when it continues with the zeros on the second page.
 */
static void *change_address(void *argument)
{
	struct guarded_address *guard = argument;
	struct uffd_msg fault;

	check((int)read(guard->faults, &fault, sizeof(fault)), "userfaultfd");
	guard->address->sin_port = htons(4711);
	guard->address->sin_addr.s_addr = htonl(0x0a090807);
	protect(guard, 0);
	return NULL;
}

static void guard_address(struct guarded_address *guard)
{
	struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
	struct uffdio_register range = {.range = {.len = PAGE}, .mode = UFFDIO_REGISTER_MODE_WP};
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	guard->guarded = pages + PAGE;
	guard->address = (struct sockaddr_in *)(guard->guarded - offsetof(struct sockaddr_in, sin_zero));
	memset(guard->address, 0, sizeof(*guard->address));
	guard->faults = check((int)syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");
	check(ioctl(guard->faults, UFFDIO_API, &api), "UFFDIO_API");
	range.range.start = (unsigned long)guard->guarded;
	check(ioctl(guard->faults, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
	/* Only existing pages can be protected, so create this one by writing to it. */
	guard->guarded[PAGE - 1] = 1;
	protect(guard, UFFDIO_WRITEPROTECT_MODE_WP);
}

static void accept_while_address_changes(void)
{
	struct guarded_address guard;
	int listener = listen_loopback(BACKLOG);
	socklen_t length = sizeof(*guard.address);
	struct call call = {.fd = listener, .length = &length};
	pthread_t thread;

	guard_address(&guard);
	call.address = (struct sockaddr *)guard.address;
	check(-pthread_create(&thread, NULL, change_address, &guard), "thread");
	connect_to(listener);
	make_call(&call);
	pthread_join(thread, NULL);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/%d !addr-mismatch\n", BACKLOG);
	close(guard.faults);
}

int main(void)
{
	workload_start();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	lose_tcp((void *)1, 16);
	lose_tcp(&(struct sockaddr_in){}, -1);
	lose_unix();
	accept_reset_connection();
	accept_after_overflow();
	for (int i = 0; i < 20; i++)
		accept_while_address_changes();
	return 0;
}
