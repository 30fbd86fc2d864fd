/* SPDX-License-Identifier: MIT */
#include "events/batch.h"
#include <errno.h>
#include <string.h>
#include "state.h"

int take_record(void *context, void *record, size_t size)
{
	struct batch *batch = context;

	/* No record of ours has this size, so the programs and the library do not match. */
	if (size < sizeof(struct a4t_refusal) || size > batch->most)
		return -EMSGSIZE;
	memcpy(batch->buf + batch->used, record, size);
	batch->used += size;
	memcpy(&batch->last_ns, record + offsetof(struct accept_event, exit_ns), sizeof(batch->last_ns));
	/* After -ENOSPC, read_ring() stops, but still counts this record as read. */
	return batch->cap - batch->used < batch->most ? -ENOSPC : 0;
}

int read_batch(struct a4t *session, void *buf, uint32_t cap)
{
	struct batch batch = {.buf = buf, .cap = cap};
	int err;

	batch.most = session->wanted.stacks ? sizeof(struct accept_event_with_stack)
					    : sizeof(struct accept_event_long);
	if (cap < batch.most)
		return -EINVAL;
	err = read_ring(&session->events.ring, take_record, &batch);
	if (err < 0 && err != -ENOSPC)
		return err;
	if (batch.used)
		session->events.last_record_ns = batch.last_ns;
	return batch.used;
}

int open_batch(struct a4t *session)
{
	struct bpf_map *events = session->skel->maps.events;

	session->events.awake_until_ns = &session->skel->bss->awake_until_ns;
	return open_ring(&session->events.ring, bpf_map__fd(events), bpf_map__max_entries(events));
}

void close_batch(struct a4t *session)
{
	close_ring(&session->events.ring);
}
