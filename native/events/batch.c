/* SPDX-License-Identifier: MIT */
/* From the ring to the caller's buffer, whole records only, and what else ends a wait. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "session.h"

#define MAX_WAKEUPS 64

int take_record(void *context, void *record, size_t size)
{
	struct batch *batch = context;

	/* None of ours: the two sides disagree. */
	if (size < sizeof(struct accept_event) || size > batch->most)
		return -EMSGSIZE;
	memcpy(batch->buf + batch->used, record, size);
	batch->used += size;
	memcpy(&batch->last_ns, record + offsetof(struct accept_event, exit_ns), sizeof(batch->last_ns));
	/* read_ring() takes this record as read and stops before the next. */
	return batch->cap - batch->used < batch->most ? -ENOSPC : 0;
}

int read_batch(struct a4t *session, void *buf, uint32_t cap)
{
	uint32_t most =
		session->stacks ? sizeof(struct accept_event_with_stack) : sizeof(struct accept_event_long);
	int err;

	if (cap < most)
		return -EINVAL;
	session->batch = (struct batch){.buf = buf, .cap = cap, .most = most};
	err = read_ring(&session->ring, take_record, &session->batch);
	if (err < 0 && err != -ENOSPC)
		return err;
	return session->batch.used;
}

int watch(struct a4t *session, int fd, uint32_t events, uint32_t source, uint32_t id)
{
	struct epoll_event event = {.events = events, .data.u64 = (uint64_t)id << 32 | source};

	return epoll_ctl(session->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* EPERM: a regular file, which has no reader that could go. */
int watch_reader(struct a4t *session, int fd)
{
	int err = fd < 0 ? 0 : watch(session, fd, 0, WATCH_READER, 0);

	return err == -EPERM ? 0 : err;
}

int open_batch(struct a4t *session, const struct a4t_config *config)
{
	struct bpf_map *events = session->skel->maps.events;
	int err;

	session->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	session->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (session->epoll_fd < 0 || session->wake_fd < 0)
		return -errno;
	err = open_ring(&session->ring, bpf_map__fd(events), bpf_map__max_entries(events));
	if (err)
		return err;
	session->awake_until_ns = &session->skel->bss->awake_until_ns;
	err = watch(session, bpf_map__fd(events), EPOLLIN, WATCH_RING, 0);
	if (!err)
		err = watch(session, session->wake_fd, EPOLLIN, WATCH_WAKE, 0);
	if (!err && config->watch_input)
		err = watch(session, STDIN_FILENO, EPOLLIN, WATCH_INPUT, 0);
	return err ? err : watch_reader(session, config->watch_fd);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* May be opened again. */
void close_batch(struct a4t *session)
{
	close_ring(&session->ring);
	close_fd(&session->wake_fd);
	close_fd(&session->epoll_fd);
}

void a4t_wake(struct a4t *session)
{
	uint64_t one = 1;
	/* Can only fail when the counter is full, and then the reader is awake already. */
	ssize_t ignored = write(session->wake_fd, &one, sizeof(one));

	(void)ignored;
}

static void note_wake(struct a4t *session, struct a4t_wakeup *wakeup)
{
	uint64_t count;

	if (read(session->wake_fd, &count, sizeof(count)) != sizeof(count))
		return;
	wakeup->signal = caught_signal();
	wakeup->reasons |= wakeup->signal ? A4T_SIGNALLED : A4T_WOKEN;
}

static void note_event(struct a4t *session, uint64_t data, struct a4t_wakeup *wakeup)
{
	switch ((uint32_t)data) {
	case WATCH_WAKE:
		note_wake(session, wakeup);
		break;
	case WATCH_READER:
		wakeup->reasons |= A4T_READER_GONE;
		break;
	case WATCH_INPUT:
		wakeup->reasons |= A4T_INPUT;
		break;
	case WATCH_PROCESS:
		process_ended(session, data >> 32);
		break;
	default: /* WATCH_RING: the records themselves are the news */
		break;
	}
}

int wait_for_reasons(struct a4t *session, int timeout_ms, struct a4t_wakeup *wakeup)
{
	struct epoll_event events[MAX_WAKEUPS];
	int count = epoll_wait(session->epoll_fd, events, MAX_WAKEUPS, timeout_ms);

	*wakeup = (struct a4t_wakeup){};
	if (count < 0 && errno != EINTR)
		return -errno;
	for (int i = 0; i < count; i++)
		note_event(session, events[i].data.u64, wakeup);
	/* Its last record, in the ring by now, has woken us where no pidfd does. */
	if (targets_gone(session))
		wakeup->reasons |= A4T_TARGETS_GONE;
	return 0;
}

/* The longest that an event waits which nobody is woken for. */
#define LOOK_NS (A4T_AWAKE_NS / 2)
#define LOOK_MS (LOOK_NS / 1000000)

/*
 * The longest wait at all. A program that the kernel has held up between its decision to wake nobody and
 * the ring puts its event there after the last look; nothing but the next look finds it.
 */
#define LONGEST_MS 1000

/*
 * The programs rely on it by the events' clock, which may be another than ours: see clock_offset_ns().
 * By ours, the last look comes later by one more pause: an event may reach the ring that much after the
 * time by which its program has decided to wake nobody.
 */
static void stay_awake(struct a4t *session)
{
	__atomic_store_n(session->awake_until_ns, session->batch.last_ns + A4T_AWAKE_NS, __ATOMIC_RELAXED);
	session->looks_until_ns = monotonic_ns() + A4T_AWAKE_NS + LOOK_NS;
	session->looks = true;
}

static int shorter(int timeout_ms, int limit_ms)
{
	return timeout_ms < 0 || timeout_ms > limit_ms ? limit_ms : timeout_ms;
}

/*
 * A reader that is late must look once more all the same: only a look that has begun after looks_until_ns
 * and has found nothing is the last one.
 */
int a4t_poll(struct a4t *session, void *buf, uint32_t cap, int32_t timeout_ms, struct a4t_wakeup *wakeup)
{
	int err = announce_calls(session), bytes;
	bool last;

	if (err)
		return err;
	err = wait_for_reasons(session, shorter(timeout_ms, session->looks ? LOOK_MS : LONGEST_MS), wakeup);
	if (err)
		return err;
	last = monotonic_ns() >= session->looks_until_ns;
	bytes = read_batch(session, buf, cap);
	if (bytes > 0)
		stay_awake(session);
	else if (last)
		session->looks = false;
	return bytes;
}
