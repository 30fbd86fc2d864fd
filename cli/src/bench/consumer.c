/*
 * consumer -p PID [-o FILE]: a tracer without Java, as the baseline for the tool. Reads the same events of
 * the same BPF programs and writes a plain line for each, with one write per batch.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "a4t.h"

#define BATCH_BYTES (256 * 1024)
/* The maximum length of a line. */
#define LINE_BYTES 640

/* `text` has room for the lines of a full batch. */
static char records[BATCH_BYTES] __attribute__((aligned(8)));
static char text[BATCH_BYTES / sizeof(struct accept_event) * LINE_BYTES];
static size_t text_len;
static unsigned long calls;

/* The same ring size as the tool's default. */
static const struct a4t_config config = {
	.ring_bytes = 4 * 1024 * 1024,
	.max_calls = 4096,
	.max_targets = 16,
	.watch_fd = -1,
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "consumer: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_len += vsnprintf(text + text_len, LINE_BYTES, format, arguments);
	va_end(arguments);
}

static void add_end(const struct a4t_socket *socket, const struct a4t_endpoint *end, const uint8_t *name)
{
	char address[INET6_ADDRSTRLEN];

	if (socket->family == AF_UNIX)
		add("\"%s%.*s\"", end->name_len && !name[0] ? "@" : "",
		    end->name_len && !name[0] ? end->name_len - 1 : end->name_len,
		    (const char *)name + (end->name_len && !name[0]));
	else if (inet_ntop(socket->family, end->addr, address, sizeof(address)))
		add("%s:%u", address, end->port);
	else
		add("?");
}

static void add_sockets(const struct accept_event *event)
{
	static const struct accept_event_long unnamed;
	const struct accept_event_long *names =
		event->size == sizeof(struct accept_event_long) ? (const void *)event : &unnamed;

	if (event->flags & A4T_HAS_LISTENER) {
		add(" listener=");
		add_end(&event->listener, &event->listener.local, names->local_name);
	}
	if (event->flags & A4T_HAS_PEER) {
		add(" local=");
		add_end(&event->accepted, &event->accepted.local, names->local_name);
		add(" peer=");
		add_end(&event->accepted, &event->peer, names->peer_name);
	}
}

static void add_line(const struct accept_event *event)
{
	add("%u %u %s accept4(%d, 0x%" PRIx64 ", [%d => %d], %#x) = %" PRId64, event->tgid, event->tid,
	    event->thread_comm, event->fd, (uint64_t)event->addr_ptr, event->addrlen_in, event->addrlen_out,
	    event->sock_flags, (int64_t)event->ret);
	add_sockets(event);
	add(" duration=%" PRIu64, (uint64_t)(event->exit_ns - event->enter_ns));
	if (event->flags & A4T_HAS_WAIT)
		add(" wait=%" PRIu64, (uint64_t)event->wait_ns);
	if (event->flags & A4T_HAS_QUEUE)
		add(" queue=%u/%u", event->queue_len, event->queue_max);
	add("\n");
}

static void write_out(int fd)
{
	size_t done = 0;

	while (done < text_len) {
		ssize_t count = write(fd, text + done, text_len - done);

		if (count < 0)
			die("write", strerror(errno));
		done += count;
	}
	text_len = 0;
}

static void write_batch(int fd, int bytes)
{
	for (int at = 0; at < bytes;) {
		const struct accept_event *event = (const void *)(records + at);

		if (event->type == A4T_EVENT_ACCEPT4) {
			add_line(event);
			calls++;
		}
		at += event->size;
	}
	write_out(fd);
}

static void consume(struct a4t *session, int fd)
{
	struct a4t_wakeup wakeup = {};

	while (!wakeup.reasons) {
		int bytes = a4t_poll(session, records, sizeof(records), -1, &wakeup);

		if (bytes < 0)
			die("a4t_poll", strerror(-bytes));
		write_batch(fd, bytes);
	}
	/* Read the rest of the ring. */
	a4t_stop(session);
	for (int bytes = 1; bytes > 0;) {
		bytes = a4t_poll(session, records, sizeof(records), 0, &wakeup);
		write_batch(fd, bytes > 0 ? bytes : 0);
	}
}

static int open_output(int argc, char **argv)
{
	int fd = STDOUT_FILENO;

	if (argc != 3 && argc != 5)
		die("usage", "consumer -p PID [-o FILE]");
	if (argc == 5)
		fd = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		die(argv[4], strerror(errno));
	return fd;
}

int main(int argc, char **argv)
{
	int fd = open_output(argc, argv);
	struct a4t_error error = {};
	uint64_t losses[A4T_LOSS_KINDS];
	struct a4t *session = a4t_open(&config, &error);

	if (!session || a4t_catch_signals(session) || a4t_trace_process(session, atoi(argv[2]), &error))
		die(error.stage, strerror(error.error));
	fprintf(stderr, "consumer: tracing accept4 and accept of %s via hooks %d\n", argv[2],
		a4t_hooks(session));
	consume(session, fd);
	a4t_losses(session, losses);
	fprintf(stderr, "consumer: detached after %lu calls, %" PRIu64 " events lost\n", calls,
		losses[A4T_LOST_RING_FULL]);
	a4t_close(session);
	return 0;
}
