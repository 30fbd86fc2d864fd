/* SPDX-License-Identifier: MIT */
/* Tests of attaching to a tracepoint that has no room for another program; needs root. */
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "base/messages.h"
#include "load/attach.h"
#include "load/programs.h"
#include "load/rungs.h"
#include "load/tracepoint.h"
#include "state.h"

#define TRACEPOINT "sys_exit_accept"

enum { LIMIT = 64 }; /* BPF_TRACE_MAX_PROGS of kernel/trace/bpf_trace.c */

static int programs[LIMIT], events[LIMIT];

/*
 * Attaches programs until the tracepoint is full, and returns their number. A program cannot be attached
 * twice, so each of them is loaded separately.
 */
static int fill(void)
{
	const struct bpf_insn body[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT,
				       .size = sizeof(attr),
				       .config = tracepoint_id("syscalls", TRACEPOINT)};
	int count = 0;

	while (count < LIMIT) {
		programs[count] = bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, "full", "GPL", body, 2, NULL);
		events[count] = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
		if (ioctl(events[count], PERF_EVENT_IOC_SET_BPF, programs[count]))
			break;
		count++;
	}
	return count;
}

static void *make_room(void *unused)
{
	(void)unused;
	for (int i = 0; i < LIMIT; i++) {
		close(events[i]);
		close(programs[i]);
	}
	return NULL;
}

static void waits_for_room(void)
{
	const struct a4t_config usual = {.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4};
	struct a4t session = {};
	struct a4t_error error = {};
	struct bpf_link *link = NULL;
	pthread_t thread;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, load_programs(&session, &usual, next_rung(&session, A4T_PROBE_AUTO, NULL), &error));
	CHECK(fill() > 0);
	CHECK_EQ(0, pthread_create(&thread, NULL, make_room, NULL));
	CHECK_EQ(0, attach_tracepoint(&link, session.skel->progs.accept_exit, TRACEPOINT, &error));
	pthread_join(thread, NULL);
	detach(&link);
	accept4_trace__destroy(session.skel);
}

int main(void)
{
	static const struct test tests[] = {
		{"waits until the tracepoint has room for a program", waits_for_room},
	};

	capture_libbpf_messages();
	return RUN(tests);
}
