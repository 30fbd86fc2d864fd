/* SPDX-License-Identifier: MIT */
/* Tests of the counters of losses. */
#include <dlfcn.h>
#include <errno.h>
#include <bpf/libbpf.h>
#include "a4t.h"
#include "check.h"

static int failure; /* negative errno that the replacement below returns; 0 = none */

/* Replaces libbpf's function, which fails if it cannot read /sys/devices/system/cpu/possible. */
int libbpf_num_possible_cpus(void)
{
	int (*original)(void) = (int (*)(void))dlsym(RTLD_NEXT, "libbpf_num_possible_cpus");

	return failure ? failure : original();
}

static void an_unknown_number_of_cpus_is_an_error(void)
{
	const struct a4t_config config = {
		.ring_bytes = 4096, .max_calls = 1, .max_targets = 1, .watch_fd = -1};
	uint64_t losses[A4T_LOSS_KINDS];
	struct a4t_error error;
	struct a4t *session;

	if (!root_or_skip())
		return;
	session = a4t_open(&config, &error);
	CHECK(session);
	CHECK_EQ(0, a4t_losses(session, losses));
	failure = -ENOENT;
	CHECK_EQ(-ENOENT, a4t_losses(session, losses));
	failure = 0;
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"an unknown number of CPUs is an error", an_unknown_number_of_cpus_is_an_error},
	};

	return RUN(tests);
}
