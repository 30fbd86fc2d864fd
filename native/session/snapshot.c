/* SPDX-License-Identifier: MIT */
/* Snapshots of the accept queues of the machine. Independent of any session. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "base/messages.h"
#include "load/programs.h"
#include "load/walks.h"
#include "queue_record.h"
#include "state.h"

struct a4t_snapshots {
	struct accept4_trace *skel;
	int link;
	int iterator; /* negative = no snapshot is being read */
	struct {
		char bytes[sizeof(struct a4t_queue) + A4T_MAX_SHOWN * sizeof(struct a4t_waiting)];
		uint32_t count;
	} cut; /* the beginning of a record whose rest has not been read yet */
};

struct a4t_snapshots *a4t_snapshots_open(struct a4t_error *error)
{
	struct a4t_snapshots *snapshots = calloc(1, sizeof(*snapshots));
	int err;

	if (!snapshots) {
		fail(error, ENOMEM, "take snapshots");
		return NULL;
	}
	snapshots->link = snapshots->iterator = -1;
	capture_libbpf_messages();
	err = load_snapshot(&snapshots->skel, error);
	if (!err)
		err = snapshots->link = attach_walk(snapshots->skel->progs.walk_files, error);
	if (err >= 0)
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

int a4t_snapshot_begin(struct a4t_snapshots *snapshots)
{
	end_snapshot(snapshots);
	snapshots->iterator = bpf_iter_create(snapshots->link);
	return snapshots->iterator < 0 ? snapshots->iterator : 0;
}

static ssize_t read_iterator(int iterator, char *buf, size_t size)
{
	ssize_t count;

	/* EAGAIN: the program has run for many files that are no sockets, and wants to be asked again. */
	do
		count = read(iterator, buf, size);
	while (count < 0 && (errno == EINTR || errno == EAGAIN));
	return count < 0 ? -errno : count;
}

/* The length of the record at `at`, which may not be complete. */
static uint32_t record_bytes(const char *at)
{
	struct a4t_queue head;

	memcpy(&head, at, sizeof(head));
	return sizeof(head) + head.shown * sizeof(struct a4t_waiting);
}

static uint32_t whole_records(const char *buf, uint32_t count)
{
	uint32_t at = 0;

	while (count - at >= sizeof(struct a4t_queue) && count - at >= record_bytes(buf + at))
		at += record_bytes(buf + at);
	return at;
}

/* Keeps what follows the last whole record for the next read. Returns the length of the whole ones. */
static uint32_t cut_off(struct a4t_snapshots *snapshots, const char *buf, uint32_t count)
{
	uint32_t whole = whole_records(buf, count);

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
	if (snapshots->link >= 0)
		close(snapshots->link);
	accept4_trace__destroy(snapshots->skel);
	free(snapshots);
}
