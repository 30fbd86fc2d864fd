/* SPDX-License-Identifier: MIT */
/* Tests of wake-ups: when programs wake the reader, and when it polls by itself; needs root. */
#include <sys/socket.h>
#include <unistd.h>
#include "check.h"
#include "events/clock.h"
#include "state.h"

#define FAR_AHEAD   (UINT64_MAX / 2) /* a time that a clock never reaches */
#define TOO_LATE_NS 500000000 /* much longer than a poll interval, much shorter than the longest wait */

static char records[64 * 1024] __attribute__((aligned(8)));

static struct a4t *trace_self(void)
{
	struct a4t_config config = {
		.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&config, &error) : NULL;

	if (session)
		CHECK_EQ(0, a4t_trace_process(session, getpid(), &error));
	return session;
}

static int poll_for(struct a4t *session, int timeout_ms)
{
	struct a4t_wakeup wakeup;
	int bytes = a4t_poll(session, records, sizeof(records), timeout_ms, &wakeup);

	CHECK_EQ(0, wakeup.reasons);
	return bytes;
}

static void the_first_event_wakes_the_reader(void)
{
	const struct accept_event *event = (const void *)records;
	struct a4t *session = trace_self();
	uint64_t awake_until;

	if (!session)
		return;
	CHECK_EQ(0, *session->events.awake_until_ns);
	accept4(-1, NULL, NULL, 0);
	awake_until = *session->events.awake_until_ns;
	CHECK_EQ(sizeof(*event), poll_for(session, -1));
	CHECK_EQ(event->exit_ns + A4T_WOKEN_NS, awake_until);
	a4t_close(session);
}

static void an_awake_reader_gets_no_wake_up(void)
{
	struct a4t *session = trace_self();

	if (!session)
		return;
	*session->events.awake_until_ns = FAR_AHEAD;
	accept4(-1, NULL, NULL, 0);
	CHECK_EQ(FAR_AHEAD, *session->events.awake_until_ns);
	CHECK_EQ(sizeof(struct accept_event), poll_for(session, -1));
	a4t_close(session);
}

/* awake_until_ns is computed from exit_ns of the last event, not from the current time. */
static void events_keep_a_reader_awake(void)
{
	const struct accept_event *last = (const void *)(records + sizeof(struct accept_event));
	struct a4t *session = trace_self();

	if (!session)
		return;
	*session->events.awake_until_ns = FAR_AHEAD;
	accept4(-1, NULL, NULL, 0);
	accept4(-1, NULL, NULL, 0);
	CHECK_EQ(2 * sizeof(*last), poll_for(session, -1));
	CHECK_EQ(last->exit_ns + A4T_AWAKE_NS, *session->events.awake_until_ns);
	a4t_close(session);
}

/* Even without a timeout, a4t_poll() returns, because an event may have come without a wake-up. */
static void an_awake_reader_polls_by_itself(void)
{
	struct a4t *session = trace_self();

	if (!session)
		return;
	accept4(-1, NULL, NULL, 0);
	CHECK(poll_for(session, -1) > 0);
	CHECK_EQ(((const struct accept_event *)records)->exit_ns + A4T_AWAKE_NS,
		 *session->events.awake_until_ns);
	CHECK(session->events.recheck_until_ns > *session->events.awake_until_ns);
	session->events.recheck_until_ns = FAR_AHEAD;
	CHECK_EQ(0, poll_for(session, -1));
	a4t_close(session);
}

/* The reader polls again only after recheck_until_ns. It must still find an event that came without a
 * wake-up. */
static void a_late_reader_polls_once_more(void)
{
	struct a4t *session = trace_self();
	uint64_t begun;

	if (!session)
		return;
	accept4(-1, NULL, NULL, 0);
	CHECK(poll_for(session, -1) > 0);
	*session->events.awake_until_ns = FAR_AHEAD;
	accept4(-1, NULL, NULL, 0);
	session->events.recheck_until_ns = 0;
	begun = monotonic_ns();
	CHECK_EQ(sizeof(struct accept_event), poll_for(session, -1));
	CHECK(monotonic_ns() - begun < TOO_LATE_NS);
	a4t_close(session);
}

/*
 * Simulates a program that is delayed between its decision not to wake the reader and its write to the ring.
 * When the event arrives, the reader no longer rechecks.
 */
static void an_event_without_a_wake_up_is_found(void)
{
	struct a4t *session = trace_self();
	int bytes = 0;

	if (!session)
		return;
	accept4(-1, NULL, NULL, 0);
	while (poll_for(session, 0) > 0 || monotonic_ns() < session->events.recheck_until_ns)
		usleep(1000);
	*session->events.awake_until_ns = FAR_AHEAD;
	accept4(-1, NULL, NULL, 0);
	for (int checks = 0; checks < 2 && !bytes; checks++)
		bytes = poll_for(session, -1);
	CHECK_EQ(sizeof(struct accept_event), bytes);
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"the first event wakes the reader", the_first_event_wakes_the_reader},
		{"an awake reader gets no wake-up", an_awake_reader_gets_no_wake_up},
		{"events keep a reader awake", events_keep_a_reader_awake},
		{"an awake reader polls by itself", an_awake_reader_polls_by_itself},
		{"a late reader polls once more", a_late_reader_polls_once_more},
		{"an event without a wake-up is found", an_event_without_a_wake_up_is_found},
	};

	return RUN(tests);
}
