/*
 * least -p PID -o FILE: the least tracer. Its programs (least.bpf.c) and its lines contain only what every
 * tracer of accept4 shows, so it shows the most that any tracer on these tracepoints can achieve.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "least.h"

/* The tool polls at the same interval. */
#define POLL_US 3000

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void die(const char *what, int error)
{
	fprintf(stderr, "least: %s: %s\n", what, strerror(error));
	exit(EXIT_FAILURE);
}

static int write_line(void *file, void *data, size_t size)
{
	const struct least_event *call = data;

	(void)size;
	fprintf(file, "%u %u %s accept4(%d, %#x) = %lld duration=%llu\n", call->tgid, call->tid, call->comm,
		call->fd, call->flags, call->ret, call->exit_ns - call->enter_ns);
	return 0;
}

static struct bpf_object *load(__u32 tgid)
{
	struct bpf_object *object = bpf_object__open_file(OBJECT, NULL);
	struct bpf_map *settings = object ? bpf_object__find_map_by_name(object, ".rodata") : NULL;
	int error;

	if (!settings)
		die(OBJECT, errno);
	error = bpf_map__set_initial_value(settings, &tgid, sizeof(tgid));
	error = error ? error : bpf_object__load(object);
	if (error)
		die("load", -error);
	return object;
}

static void attach(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (!bpf_program__attach(program))
			die("attach", errno);
	}
}

int main(int argc, char **argv)
{
	FILE *file = argc == 5 ? fopen(argv[4], "we") : NULL;
	struct bpf_object *object;
	struct ring_buffer *ring;

	if (!file)
		die("usage: least -p PID -o FILE", argc == 5 ? errno : EINVAL);
	signal(SIGINT, interrupt);
	object = load(atoi(argv[2]));
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), write_line, file, NULL);
	if (!ring)
		die("ring buffer", errno);
	attach(object);
	fprintf(stderr, "least: tracing accept4 of %s via tracepoint\n", argv[2]);
	while (!interrupted) {
		ring_buffer__consume(ring);
		usleep(POLL_US);
	}
	ring_buffer__consume(ring);
	ring_buffer__free(ring);
	bpf_object__close(object);
	return 0;
}
