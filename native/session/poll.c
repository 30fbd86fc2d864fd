/* SPDX-License-Identifier: MIT */
#include "session/poll.h"
#include <errno.h>
#include "events/batch.h"
#include "events/clock.h"
#include "events/wakeup.h"
#include "load/unfinished.h"
#include "state.h"
#include "targets/calls.h"
#include "targets/targets.h"

static void note_source(struct a4t *session, struct watched ready, struct a4t_wakeup *wakeup)
{
	switch (ready.source) {
	case WATCH_WAKE:
		take_wake(session, wakeup);
		break;
	case WATCH_READER:
		wakeup->reasons |= A4T_READER_GONE;
		break;
	case WATCH_INPUT:
		wakeup->reasons |= A4T_INPUT;
		break;
	case WATCH_PROCESS:
		process_ended(session, ready.id);
		break;
	case WATCH_RING: /* not a reason: the caller gets the records */
		break;
	}
}

int wait_for_reasons(struct a4t *session, int timeout_ms, struct a4t_wakeup *wakeup)
{
	struct watched ready[MAX_WATCHED];
	int count = wait_for_sources(session, ready, timeout_ms);

	*wakeup = (struct a4t_wakeup){};
	if (count < 0)
		return count;
	for (int i = 0; i < count; i++)
		note_source(session, ready[i], wakeup);
	/*
	 * This is checked at each wake-up, because followed children have no pidfd. When one of them ends,
	 * only a record in the ring wakes this thread.
	 */
	if (targets_gone(session))
		wakeup->reasons |= A4T_TARGETS_GONE;
	return 0;
}

/* The interval at which a4t_poll() rechecks the ring while the programs do not wake it. */
#define RECHECK_NS 3000000
#define RECHECK_MS (RECHECK_NS / 1000000)

/*
 * The maximum timeout of a poll. If the kernel delays a program between its decision not to wake a4t_poll()
 * and its write to the ring, the event may arrive after the last recheck. Only the next poll finds it.
 */
#define LONGEST_MS 1000

/*
 * Promises the programs that a4t_poll() will recheck the ring until A4T_AWAKE_NS after the last event, so
 * that they need not wake it until then. The promised time, `awake_until_ns`, is in the clock of the events,
 * which may differ from ours: see clock_offset_ns(). `recheck_until_ns` is in our clock. It is later by
 * RECHECK_NS, because an event may reach the ring that long after its program has decided not to wake
 * a4t_poll().
 */
static void stay_awake(struct a4t *session)
{
	__atomic_store_n(session->events.awake_until_ns, session->events.last_record_ns + A4T_AWAKE_NS,
			 __ATOMIC_RELAXED);
	session->events.recheck_until_ns = monotonic_ns() + A4T_AWAKE_NS + RECHECK_NS;
	session->events.rechecks = true;
}

static int shorter(int timeout_ms, int limit_ms)
{
	return timeout_ms < 0 || timeout_ms > limit_ms ? limit_ms : timeout_ms;
}

/*
 * Stops rechecking only when a recheck that began after `recheck_until_ns` has found nothing. So the ring is
 * rechecked at least once, even if this is called late.
 */
int a4t_poll(struct a4t *session, void *buf, uint32_t cap, int32_t timeout_ms, struct a4t_wakeup *wakeup)
{
	int err = announce_calls(session), bytes;
	bool last;

	if (err)
		return err;
	detach_unneeded_exits(session);
	err = wait_for_reasons(
		session, shorter(timeout_ms, session->events.rechecks ? RECHECK_MS : LONGEST_MS), wakeup);
	if (err)
		return err;
	last = monotonic_ns() >= session->events.recheck_until_ns;
	bytes = read_batch(session, buf, cap);
	if (bytes > 0)
		stay_awake(session);
	else if (last)
		session->events.rechecks = false;
	return bytes;
}
