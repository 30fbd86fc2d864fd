/* SPDX-License-Identifier: MIT */
/* Tests of batches: complete records, and no writes past the caller's buffer. */
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "events/batch.h"
#include "events/wakeup.h"
#include "session/poll.h"
#include "state.h"

#define SHORT sizeof(struct accept_event)
#define LONG  sizeof(struct accept_event_long)

/* Offers records until take_record() stops. Returns how many it took. */
static int offer(struct batch *batch, const size_t *sizes, int count)
{
	struct accept_event_long record = {};

	for (int i = 0; i < count; i++) {
		record.head.size = sizes[i];
		if (take_record(batch, &record, sizes[i]))
			return i + 1;
	}
	return count;
}

static void stops_if_the_next_record_might_not_fit(void)
{
	static const size_t sizes[] = {SHORT, LONG, SHORT, SHORT, LONG};
	size_t cap = SHORT + LONG + SHORT + LONG - 1;
	struct batch batch = {.buf = malloc(cap), .cap = cap, .most = LONG};

	CHECK_EQ(3, offer(&batch, sizes, 5));
	CHECK_EQ(SHORT + LONG + SHORT, batch.used);
	CHECK_EQ(SHORT, ((struct accept_event *)batch.buf)->size);
	CHECK_EQ(LONG, ((struct accept_event *)(batch.buf + SHORT))->size);
	CHECK_EQ(SHORT, ((struct accept_event *)(batch.buf + SHORT + LONG))->size);
	free(batch.buf);
}

/* The address sanitizer detects writes past the buffer. */
static void fills_the_buffer_to_the_last_byte(void)
{
	static const size_t sizes[] = {LONG, LONG, LONG};
	struct batch batch = {.buf = malloc(2 * LONG), .cap = 2 * LONG, .most = LONG};

	CHECK_EQ(2, offer(&batch, sizes, 3));
	CHECK_EQ(2 * LONG, batch.used);
	free(batch.buf);
}

static void rejects_a_buffer_that_is_too_small_for_one_record(void)
{
	struct a4t session = {};
	char buf[LONG - 1];

	CHECK_EQ(-EINVAL, read_batch(&session, buf, sizeof(buf)));
	CHECK_EQ(-EINVAL, read_batch(&session, NULL, 0));
	session.wanted.stacks = true;
	CHECK_EQ(-EINVAL, read_batch(&session, buf, sizeof(struct accept_event_with_stack) - 1));
}

/* Opens a session that can only wait, because it has no ring. */
static void open_waiting(struct a4t *session)
{
	static __u64 awake_until_ns;

	*session = (struct a4t){.events.awake_until_ns = &awake_until_ns};
	session->events.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	session->events.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	CHECK_EQ(0, watch(session, session->events.wake_fd, EPOLLIN, WATCH_WAKE, 0));
}

static void close_waiting(struct a4t *session)
{
	close(session->events.wake_fd);
	close(session->events.epoll_fd);
}

static void a_poll_rejects_a_buffer_that_is_too_small(void)
{
	struct a4t_wakeup wakeup;
	struct a4t session;
	char buf[LONG - 1];

	open_waiting(&session);
	CHECK_EQ(-EINVAL, a4t_poll(&session, buf, sizeof(buf), 0, &wakeup));
	close_waiting(&session);
}

static void a_wake_up_ends_a_wait(void)
{
	struct a4t_wakeup wakeup = {};
	struct a4t session;
	pid_t child;

	open_waiting(&session);
	child = fork();
	if (child == 0) {
		a4t_wake(&session);
		_exit(0);
	}
	CHECK_EQ(0, wait_for_reasons(&session, -1, &wakeup));
	CHECK_EQ(A4T_WOKEN, wakeup.reasons);
	waitpid(child, NULL, 0);
	close_waiting(&session);
}

static void several_wake_ups_are_reported_once(void)
{
	struct a4t_wakeup wakeup = {};
	struct a4t session;

	open_waiting(&session);
	a4t_wake(&session);
	a4t_wake(&session);
	CHECK_EQ(0, wait_for_reasons(&session, -1, &wakeup));
	CHECK_EQ(A4T_WOKEN, wakeup.reasons);
	CHECK_EQ(0, wait_for_reasons(&session, 0, &wakeup));
	CHECK_EQ(0, wakeup.reasons);
	close_waiting(&session);
}

static void the_end_of_the_reader_is_reported(void)
{
	struct a4t_wakeup wakeup = {};
	struct a4t session;
	int ends[2];

	open_waiting(&session);
	CHECK_EQ(0, pipe(ends));
	CHECK_EQ(0, watch_reader(&session, ends[1]));
	wait_for_reasons(&session, 0, &wakeup);
	CHECK_EQ(0, wakeup.reasons);
	close(ends[0]);
	wait_for_reasons(&session, -1, &wakeup);
	CHECK_EQ(A4T_READER_GONE, wakeup.reasons);
	close(ends[1]);
	close_waiting(&session);
}

static void all_reasons_are_reported_together(void)
{
	struct a4t_wakeup wakeup = {};
	struct a4t session;
	int ends[2];

	open_waiting(&session);
	CHECK_EQ(0, pipe(ends));
	CHECK_EQ(0, watch_reader(&session, ends[1]));
	close(ends[0]);
	a4t_wake(&session);
	wait_for_reasons(&session, -1, &wakeup);
	CHECK_EQ(A4T_WOKEN | A4T_READER_GONE, wakeup.reasons);
	close(ends[1]);
	close_waiting(&session);
}

static void input_is_reported_until_it_is_read(void)
{
	struct a4t_wakeup wakeup = {};
	struct a4t session;
	int ends[2];
	char typed;

	open_waiting(&session);
	CHECK_EQ(0, pipe(ends));
	CHECK_EQ(0, watch(&session, ends[0], EPOLLIN, WATCH_INPUT, 0));
	CHECK_EQ(1, write(ends[1], "q", 1));
	for (int i = 0; i < 2; i++) {
		wait_for_reasons(&session, -1, &wakeup);
		CHECK_EQ(A4T_INPUT, wakeup.reasons);
	}
	CHECK_EQ(1, read(ends[0], &typed, 1));
	wait_for_reasons(&session, 0, &wakeup);
	CHECK_EQ(0, wakeup.reasons);
	close(ends[1]);
	wait_for_reasons(&session, -1, &wakeup);
	CHECK_EQ(A4T_INPUT, wakeup.reasons);
	close(ends[0]);
	close_waiting(&session);
}

static void a_regular_file_has_no_reader_to_watch(void)
{
	struct a4t session;
	FILE *file = tmpfile();

	open_waiting(&session);
	CHECK_EQ(0, watch_reader(&session, fileno(file)));
	CHECK_EQ(0, watch_reader(&session, -1));
	CHECK_EQ(-EBADF, watch_reader(&session, INT_MAX));
	fclose(file);
	close_waiting(&session);
}

int main(void)
{
	static const struct test tests[] = {
		{"stops if the next record might not fit", stops_if_the_next_record_might_not_fit},
		{"fills the buffer to the last byte", fills_the_buffer_to_the_last_byte},
		{"rejects a buffer that is too small for one record",
		 rejects_a_buffer_that_is_too_small_for_one_record},
		{"a poll rejects a buffer that is too small", a_poll_rejects_a_buffer_that_is_too_small},
		{"a wake-up ends a wait", a_wake_up_ends_a_wait},
		{"several wake-ups are reported once", several_wake_ups_are_reported_once},
		{"the end of the reader is reported", the_end_of_the_reader_is_reported},
		{"all reasons are reported together", all_reasons_are_reported_together},
		{"input is reported until it is read", input_is_reported_until_it_is_read},
		{"a regular file has no reader to watch", a_regular_file_has_no_reader_to_watch},
	};

	return RUN(tests);
}
