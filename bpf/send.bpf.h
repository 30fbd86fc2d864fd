/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Sends records to the reader, and wakes it. */
#ifndef SEND_BPF_H
#define SEND_BPF_H

#include "entries.bpf.h"
#include "stacks.bpf.h"

/* For a related call, `accepted` is invalid, because it shares memory with `arguments`. */
static __always_inline bool has_accepted(const struct accept_event *event)
{
	return event->type == A4T_EVENT_ACCEPT4 && event->flags & A4T_HAS_PEER;
}

static __always_inline bool has_long_part(const struct accept_event *event)
{
	return event->listener.family == AF_UNIX ||
	       (has_accepted(event) && event->accepted.family == AF_UNIX) ||
	       event->user_addr_len > A4T_SHORT_ADDR;
}

/*
 * A wake-up costs more than everything else that is done for a call, because it interrupts another CPU. Under
 * load, the programs send none, because a reader that finds events moves awake_until_ns forward.
 */
static __always_inline __u64 wake_flags(__u64 now)
{
	if (now < awake_until_ns)
		return BPF_RB_NO_WAKEUP;
	awake_until_ns = now + A4T_WOKEN_NS;
	return BPF_RB_FORCE_WAKEUP;
}

/*
 * Whether the kernel has skipped a program of the call. If the map `calls` has ever been full, an unknown
 * beginning does not prove that.
 */
static __always_inline bool is_half(const struct accept_event *event)
{
	return event->flags & A4T_EXIT_LOST || (event->flags & A4T_ENTER_LOST && !entry_ever_lost);
}

static __always_inline void count_result(const struct accept_event *event, bool sent)
{
	if (!sent)
		count(A4T_LOST_RING_FULL);
	else if (is_half(event))
		count(A4T_LOST_HALVES);
}

static __always_inline void send_without_stack(struct call *call)
{
	struct accept_event *event = &call->event.head;
	long err;

	event->size = has_long_part(event) ? sizeof(call->event) : sizeof(call->event.head);
	err = bpf_ringbuf_output(&events, &call->event,
				 event->size == sizeof(call->event) ? sizeof(call->event)
								    : sizeof(call->event.head),
				 wake_flags(event->exit_ns));
	count_result(event, !err);
}

/*
 * Returns NULL if the program has preempted another one that uses the buffer. Each of two programs can see
 * the other one as well; then both get NULL.
 */
static __always_inline struct stack_scratch *take_stack_scratch(void)
{
	__u32 zero = 0;
	struct stack_scratch *scratch = bpf_map_lookup_elem(&stack_scratch, &zero);

	if (!scratch)
		return NULL;
	__sync_fetch_and_add(&scratch->users, 1);
	if (*(volatile __u64 *)&scratch->users == 1)
		return scratch;
	__sync_fetch_and_add(&scratch->users, -1);
	return NULL;
}

static __always_inline void send_with_stack(struct call *call)
{
	struct stack_scratch *scratch = take_stack_scratch();

	if (!scratch) {
		send_without_stack(call);
		return;
	}
	count_result(&call->event.head,
		     output_with_stack(call, &scratch->record, wake_flags(call->event.head.exit_ns)));
	__sync_fetch_and_add(&scratch->users, -1);
}

static __always_inline void send(struct call *call)
{
	if (!stacks_wanted || call->event.head.type == A4T_EVENT_EXIT)
		send_without_stack(call);
	else
		send_with_stack(call);
}

#endif
