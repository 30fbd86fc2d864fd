/* SPDX-License-Identifier: MIT */
/* The end of a session, which leaves the waiting to somebody else; needs root. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "session.h"

static bool is_loaded(uint32_t program)
{
	int fd = bpf_prog_get_fd_by_id(program);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* By a process that is not our child, and needs nobody to wait for it. */
static void the_hooks_go_soon_after(void)
{
	const struct a4t_config config = {
		.ring_bytes = 4096, .max_calls = 1, .max_targets = 1, .watch_fd = -1};
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&config, &error) : NULL;
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	if (!session)
		return;
	CHECK_EQ(0, bpf_obj_get_info_by_fd(bpf_program__fd(session->skel->progs.accept_exit), &info, &len));
	CHECK(is_loaded(info.id));
	a4t_close(session);
	CHECK_EQ(-1, waitpid(-1, NULL, WNOHANG));
	CHECK_EQ(ECHILD, errno);
	/* The limit of this test ends a wait in vain. */
	while (is_loaded(info.id))
		usleep(1000);
}

int main(void)
{
	static const struct test tests[] = {
		{"the hooks go soon after a close", the_hooks_go_soon_after},
	};

	return RUN(tests);
}
