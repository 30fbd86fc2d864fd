/* SPDX-License-Identifier: MIT */
/* The end of tracing before the end of a session; needs root. */
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "session.h"

/* As process_fork() enters a child. */
static int follow_self(struct a4t *session)
{
	uint32_t tgid = getpid();
	uint8_t forked = 2;

	return bpf_map_update_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &forked, BPF_ANY);
}

static int records_of_a_call(struct a4t *session)
{
	static char records[64 * 1024];
	struct a4t_wakeup wakeup;

	accept4(-1, NULL, NULL, 0);
	return a4t_poll(session, records, sizeof(records), 0, &wakeup);
}

static void followed_children_are_stopped_as_well(void)
{
	struct a4t_config config = {
		.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&config, &error) : NULL;

	if (!session)
		return;
	CHECK_EQ(0, follow_self(session));
	CHECK(records_of_a_call(session) > 0);
	a4t_stop(session);
	CHECK_EQ(0, records_of_a_call(session));
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"followed children are stopped as well", followed_children_are_stopped_as_well},
	};

	return RUN(tests);
}
