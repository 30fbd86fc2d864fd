/*
 * others: accepts connections in other ways than by accept4, namely by io_uring and by accept(2). One of the
 * accept(2) calls blocks before "ready" is printed. Prints for each connection the line that a tracer must
 * print, with T for values that only the tracer measures.
 */
#include "expected.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BACKLOG = 5, ENTRIES = 4 };

static void accept_natively(int listener, struct sockaddr *address, socklen_t *length)
{
	struct call call = {.fd = listener, .address = address, .length = length, .old = true};

	connect_to(listener);
	make_call(&call);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/%d\n", BACKLOG);
}

static void fail_natively(void)
{
	struct call call = {.fd = -1, .old = true};

	make_call(&call);
	print_call(&call, -1);
	printf(" <T>\n");
}

struct blocked {
	pthread_t thread;
	_Atomic pid_t tid;
	struct call call;
};

static void *block(void *argument)
{
	struct blocked *self = argument;

	self->tid = gettid();
	make_call(&self->call);
	return NULL;
}

static void start_blocked(struct blocked *blocked)
{
	blocked->call = (struct call){.fd = listen_loopback(BACKLOG), .old = true};
	check(-pthread_create(&blocked->thread, NULL, block, blocked), "thread");
	while (!blocked->tid)
		sched_yield();
	await_inside(blocked->tid, SYS_accept);
}

static void release_blocked(struct blocked *blocked)
{
	connect_to(blocked->call.fd);
	pthread_join(blocked->thread, NULL);
	print_call(&blocked->call, -1);
	printf(" <>=T> wait=T queue=0/%d\n", BACKLOG);
}

/* An io_uring with at most one submission at a time. */
struct ring {
	int fd;
	struct io_uring_params params;
	char *submissions, *completions;
	struct io_uring_sqe *entries;
};

static char *map_ring(int fd, size_t size, off_t offset)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);

	check(memory == MAP_FAILED ? -1 : 0, "mmap");
	return memory;
}

static void open_ring(struct ring *ring)
{
	struct io_uring_params *params = &ring->params;

	ring->fd = check((int)syscall(SYS_io_uring_setup, ENTRIES, params), "io_uring_setup");
	ring->submissions =
		map_ring(ring->fd, params->sq_off.array + ENTRIES * sizeof(__u32), IORING_OFF_SQ_RING);
	ring->completions =
		map_ring(ring->fd, params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe),
			 IORING_OFF_CQ_RING);
	ring->entries = (void *)map_ring(ring->fd, ENTRIES * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
}

static _Atomic __u32 *at(char *memory, __u32 offset)
{
	return (_Atomic __u32 *)(memory + offset);
}

/* Waits for one completion and returns its result. */
static int complete(struct ring *ring)
{
	struct io_uring_params *params = &ring->params;
	_Atomic __u32 *head = at(ring->completions, params->cq_off.head);
	__u32 mask = *at(ring->completions, params->cq_off.ring_mask);
	struct io_uring_cqe *results = (void *)(ring->completions + params->cq_off.cqes);
	int result;

	check((int)syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0),
	      "io_uring_enter");
	result = results[*head & mask].res;
	(*head)++;
	return result;
}

static void submit(struct ring *ring, struct io_uring_sqe entry)
{
	struct io_uring_params *params = &ring->params;
	_Atomic __u32 *tail = at(ring->submissions, params->sq_off.tail);
	__u32 index = *tail & *at(ring->submissions, params->sq_off.ring_mask);

	ring->entries[index] = entry;
	*at(ring->submissions, params->sq_off.array + index * sizeof(__u32)) = index;
	(*tail)++;
	check((int)syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0), "io_uring_enter");
}

static struct io_uring_sqe accept_of(int listener)
{
	return (struct io_uring_sqe){.opcode = IORING_OP_ACCEPT, .fd = listener};
}

static void print_accepted(int listener, int client)
{
	printf("accept4(?");
	print_socket(listener, -1);
	printf(", ?, ?, ?) = ?<TCP:[127.0.0.1:%u->127.0.0.1:%u]> wait=T queue=0/%d via=io_uring\n",
	       local_port(listener), local_port(client), BACKLOG);
}

/* The first client connects before the accept, the second one after it. */
static void accept_singly(struct ring *ring)
{
	int listener = listen_loopback(BACKLOG), client = connect_to(listener);

	submit(ring, accept_of(listener));
	check(complete(ring), "accept");
	print_accepted(listener, client);
	submit(ring, accept_of(listener));
	client = connect_to(listener);
	check(complete(ring), "accept");
	print_accepted(listener, client);
}

/* One submission accepts many connections; requires Linux 5.19. */
static void accept_many(struct ring *ring)
{
	int listener = listen_loopback(BACKLOG), client = connect_to(listener);
	struct io_uring_sqe entry = accept_of(listener);
	int result;

	entry.ioprio = IORING_ACCEPT_MULTISHOT;
	submit(ring, entry);
	result = complete(ring);
	if (result == -EINVAL)
		return;
	check(result, "multishot accept");
	print_accepted(listener, client);
	client = connect_to(listener);
	check(complete(ring), "multishot accept");
	print_accepted(listener, client);
}

/* Accepts into the file table of the ring, without a file descriptor. */
static void accept_directly(struct ring *ring)
{
	int listener = listen_loopback(BACKLOG), client = connect_to(listener), none = -1;
	struct io_uring_sqe entry = accept_of(listener);

	check((int)syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES, &none, 1),
	      "io_uring_register");
	entry.file_index = 1;
	submit(ring, entry);
	check(complete(ring), "direct accept");
	print_accepted(listener, client);
}

/*
 * The arguments of the thread that releases the main thread from accept4. This thread first connects to the
 * listener of the ring, which interrupts the accept4 call.
 */
struct rescue {
	struct ring *ring;
	pid_t main;
	int ring_listener, listener, ring_client;
};

static bool is_complete(struct ring *ring)
{
	struct io_uring_params *params = &ring->params;

	return *at(ring->completions, params->cq_off.head) != *at(ring->completions, params->cq_off.tail);
}

static void *let_out(void *argument)
{
	struct rescue *rescue = argument;

	await_inside(rescue->main, SYS_accept4);
	rescue->ring_client = connect_to(rescue->ring_listener);
	while (!is_complete(rescue->ring))
		sched_yield();
	await_inside(rescue->main, SYS_accept4);
	connect_to(rescue->listener);
	return NULL;
}

/*
 * The ring's accept runs in the main thread, after an accept4 call on another listener was interrupted, and
 * before that call is restarted.
 */
static void accept_between_calls(struct ring *ring)
{
	struct rescue rescue = {ring, gettid(), listen_loopback(BACKLOG), listen_loopback(BACKLOG), -1};
	struct call call = {.fd = rescue.listener};
	pthread_t thread;

	submit(ring, accept_of(rescue.ring_listener));
	check(-pthread_create(&thread, NULL, let_out, &rescue), "thread");
	make_call(&call);
	pthread_join(thread, NULL);
	check(complete(ring), "accept");
	printf("accept4(%d", rescue.listener);
	print_socket(rescue.listener, -1);
	printf(", NULL, NULL, 0) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <T>\n");
	print_accepted(rescue.ring_listener, rescue.ring_client);
	print_call(&call, -1);
	printf(" <T> wait=T queue=0/%d\n", BACKLOG);
}

static void accept_by_ring(void)
{
	struct ring ring = {0};

	open_ring(&ring);
	accept_singly(&ring);
	accept_between_calls(&ring);
	accept_directly(&ring);
	accept_many(&ring);
}

int main(void)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	struct blocked blocked = {0};
	int listener;

	workload_start();
	start_blocked(&blocked);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	listener = listen_loopback(BACKLOG);
	accept_natively(listener, NULL, NULL);
	accept_natively(listener, (struct sockaddr *)&address, &length);
	fail_natively();
	release_blocked(&blocked);
	accept_by_ring();
	return 0;
}
