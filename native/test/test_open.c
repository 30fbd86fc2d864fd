/* SPDX-License-Identifier: MIT */
/* What comes before a session: the checks, and an open that fails; needs root. */
#include <errno.h>
#include "check.h"
#include "session.h"

/* A ring of no bytes is refused by the kernel. */
static void a_failed_open_tells_why_and_leaves_nothing_open(void)
{
	struct a4t_config config = {.max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	int files = open_files();

	if (!root_or_skip())
		return;
	CHECK(!a4t_open(&config, &error));
	CHECK_EQ(EINVAL, error.error);
	CHECK_TEXT("load the BPF programs", error.stage);
	CHECK(strstr(error.detail, "map 'events': failed to create"));
	CHECK_EQ(files, open_files());
}

static void checks_without_attaching(void)
{
	int kprobe = kprobes_available() ? 0 : -EOPNOTSUPP, files = open_files();
	struct a4t_error error;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, a4t_check_load(&error));
	CHECK_EQ(0, a4t_check_hook(A4T_HOOK_TRACEPOINTS));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_SOCK_GRAFT));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_SOCKET_ACCEPT));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_FD_INSTALL));
	/* A kernel may have it and still not allow it. */
	CHECK(a4t_check_hook(A4T_HOOK_FENTRY) <= 0);
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_UNIX_CONNECT));
	CHECK_EQ(-EINVAL, a4t_check_hook(A4T_HOOK_UNIX_CONNECT + 1));
	CHECK_EQ(files, open_files());
}

int main(void)
{
	static const struct test tests[] = {
		{"a failed open tells why and leaves nothing open",
		 a_failed_open_tells_why_and_leaves_nothing_open},
		{"checks without attaching", checks_without_attaching},
	};

	/* The kernel's types stay open as long as the process lives. */
	a4t_prepare(NULL);
	return RUN(tests);
}
