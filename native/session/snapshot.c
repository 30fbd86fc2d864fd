/* SPDX-License-Identifier: MIT */
/* Snapshots of the accept queues and of the threads of the machine. Independent of any session. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "base/messages.h"
#include "load/prepare.h"
#include "load/object.h"
#include "load/programs.h"
#include "load/walks.h"
#include "state.h"

#define KINDS (A4T_SNAPSHOT_THREADS + 1)

struct a4t_snapshots {
	int links[KINDS]; /* BPF links, by enum a4t_snapshot; each keeps its program loaded */
	int iterator;	  /* negative = no snapshot is being read */
	uint32_t what;	  /* enum a4t_snapshot of the iterator */
	struct {
		char bytes[sizeof(struct a4t_queue) + A4T_MAX_SHOWN * sizeof(struct a4t_waiting)];
		uint32_t count;
	} cut; /* the beginning of a record whose rest has not been read yet */
};

static int attach(struct a4t_snapshots *snapshots, const struct accept4_trace *skel, struct a4t_error *error)
{
	const struct bpf_program *const programs[KINDS] = {
		[A4T_SNAPSHOT_QUEUES] = file_walk(skel),
		[A4T_SNAPSHOT_THREADS] = skel->progs.walk_threads,
	};

	for (int what = 0; what < KINDS; what++) {
		snapshots->links[what] = attach_walk(programs[what], error);
		if (snapshots->links[what] < 0)
			return snapshots->links[what];
	}
	return 0;
}

struct a4t_snapshots *a4t_snapshots_open(struct a4t_error *error)
{
	struct a4t_snapshots *snapshots = calloc(1, sizeof(*snapshots));
	struct accept4_trace *skel;
	int err;

	if (!snapshots) {
		fail(error, ENOMEM, "take snapshots");
		return NULL;
	}
	for (int what = 0; what < KINDS; what++)
		snapshots->links[what] = -1;
	snapshots->iterator = -1;
	capture_libbpf_messages();
	skel = take_prepared_snapshots();
	err = skel ? 0 : load_snapshots(&skel, error);
	if (!err)
		err = attach(snapshots, skel, error);
	accept4_trace__destroy(skel);
	give_back_memory();
	if (!err)
		return snapshots;
	a4t_snapshots_close(snapshots);
	return NULL;
}

static void end_snapshot(struct a4t_snapshots *snapshots)
{
	if (snapshots->iterator >= 0)
		close(snapshots->iterator);
	snapshots->iterator = -1;
	snapshots->cut.count = 0;
}

int a4t_snapshot_begin(struct a4t_snapshots *snapshots, uint32_t what)
{
	end_snapshot(snapshots);
	if (what >= KINDS)
		return -EINVAL;
	snapshots->what = what;
	snapshots->iterator = bpf_iter_create(snapshots->links[what]);
	return snapshots->iterator < 0 ? snapshots->iterator : 0;
}

static ssize_t read_iterator(int iterator, char *buf, size_t size)
{
	ssize_t count;

	/* EAGAIN: the program has run for many files that are not sockets, so there is no output yet. */
	do
		count = read(iterator, buf, size);
	while (count < 0 && (errno == EINTR || errno == EAGAIN));
	return count < 0 ? -errno : count;
}

/* Returns the length of the record at `at`; UINT32_MAX if its first `count` bytes are too few to know it. */
static uint32_t record_bytes(uint32_t what, const char *at, uint32_t count)
{
	struct a4t_queue head;

	if (what == A4T_SNAPSHOT_THREADS)
		return sizeof(struct a4t_thread);
	if (count < sizeof(head))
		return UINT32_MAX;
	memcpy(&head, at, sizeof(head));
	return sizeof(head) + head.shown * sizeof(struct a4t_waiting);
}

static uint32_t whole_records(uint32_t what, const char *buf, uint32_t count)
{
	uint32_t at = 0, bytes;

	while ((bytes = record_bytes(what, buf + at, count - at)) <= count - at)
		at += bytes;
	return at;
}

/* Returns the length of all whole records. Keeps the bytes after them for the next read. */
static uint32_t cut_off(struct a4t_snapshots *snapshots, const char *buf, uint32_t count)
{
	uint32_t whole = whole_records(snapshots->what, buf, count);

	snapshots->cut.count = count - whole;
	memcpy(snapshots->cut.bytes, buf + whole, snapshots->cut.count);
	return whole;
}

int a4t_snapshot_read(struct a4t_snapshots *snapshots, void *buf, uint32_t size)
{
	uint32_t count = snapshots->cut.count;
	ssize_t more;

	if (snapshots->iterator < 0)
		return 0;
	if (size < 2 * sizeof(snapshots->cut.bytes))
		return -EINVAL;
	memcpy(buf, snapshots->cut.bytes, count);
	more = read_iterator(snapshots->iterator, (char *)buf + count, size - count);
	if (more <= 0) {
		end_snapshot(snapshots);
		return more;
	}
	count = cut_off(snapshots, buf, count + more);
	return count ? (int)count : a4t_snapshot_read(snapshots, buf, size);
}

void a4t_snapshots_close(struct a4t_snapshots *snapshots)
{
	if (!snapshots)
		return;
	end_snapshot(snapshots);
	for (int what = 0; what < KINDS; what++)
		if (snapshots->links[what] >= 0)
			close(snapshots->links[what]);
	free(snapshots);
}
