/* SPDX-License-Identifier: MIT */
/* A whole session on the running kernel; needs root. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "session.h"

static const struct a4t_config config = {
	.ring_bytes = 64 * 1024,
	.max_calls = 64,
	.max_targets = 4,
	.watch_fd = -1,
};

static bool allowed(void)
{
	if (geteuid() == 0)
		return true;
	skip("needs root");
	return false;
}

static int open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* Two failing calls as soon as a byte comes, then the end with status 7. */
static pid_t start_caller(int *go)
{
	int ends[2];
	pid_t child;
	char byte;

	CHECK_EQ(0, pipe(ends));
	child = fork();
	if (child == 0) {
		if (read(ends[0], &byte, 1) != 1)
			_exit(1);
		syscall(SYS_accept4, -1, NULL, NULL, 0);
		syscall(SYS_accept4, -1, NULL, NULL, SOCK_CLOEXEC);
		_exit(7);
	}
	close(ends[0]);
	*go = ends[1];
	return child;
}

static void check_records(const char *buf)
{
	const struct accept_event *events = (const void *)buf;

	CHECK_EQ(A4T_EVENT_ACCEPT4, events[0].type);
	CHECK_EQ(-1, events[0].fd);
	CHECK_EQ(-EBADF, events[0].ret);
	CHECK_EQ(0, events[0].sock_flags);
	CHECK_EQ(0, events[0].flags);
	CHECK_EQ(SOCK_CLOEXEC, events[1].sock_flags);
	CHECK(events[1].enter_ns >= events[0].exit_ns);
	CHECK_EQ(A4T_EVENT_EXIT, events[2].type);
	CHECK_EQ(7 << 8, events[2].ret);
}

/* Polls until the targets have ended; returns the bytes that came. */
static uint32_t read_all(struct a4t *session, char *buf, uint32_t cap)
{
	struct a4t_wakeup wakeup = {};
	uint32_t used = 0;

	while (!(wakeup.reasons & A4T_TARGETS_GONE)) {
		int bytes = a4t_poll(session, buf + used, cap - used, 10000, &wakeup);

		CHECK(bytes >= 0);
		used += bytes > 0 ? bytes : 0;
	}
	return used;
}

static void follow(struct a4t *session)
{
	char buf[8192] __attribute__((aligned(8)));
	uint64_t losses[A4T_LOSS_KINDS];
	struct a4t_error error;
	int go = -1;
	pid_t child = start_caller(&go);

	CHECK_EQ(0, a4t_trace_process(session, child, &error));
	CHECK_EQ(1, write(go, "g", 1));
	CHECK_EQ(3 * sizeof(struct accept_event), read_all(session, buf, sizeof(buf)));
	check_records(buf);
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK_EQ(0, losses[A4T_LOST_RING_FULL]);
	CHECK_EQ(-ESRCH, a4t_trace_process(session, 0x3fffffff, &error));
	CHECK_TEXT("trace process 1073741823", error.stage);
	close(go);
	waitpid(child, NULL, 0);
}

static void follows_a_process_to_its_end(void)
{
	struct a4t_error error;
	struct a4t *session;
	int files;

	if (!allowed())
		return;
	files = open_files();
	session = a4t_open(&config, &error);
	CHECK(session);
	if (!session)
		return;
	CHECK_TEXT(kprobes_available() ? "tracepoint+kprobe" : "tracepoint", a4t_hooks(session));
	follow(session);
	a4t_close(session);
	CHECK_EQ(files, open_files());
}

static void checks_without_attaching(void)
{
	struct a4t_error error;

	if (!allowed())
		return;
	CHECK_EQ(0, a4t_check_load(&error));
	CHECK_EQ(0, a4t_check_hook(A4T_HOOK_TRACEPOINTS));
	CHECK_EQ(kprobes_available() ? 0 : -EOPNOTSUPP, a4t_check_hook(A4T_HOOK_SOCK_GRAFT));
	CHECK_EQ(-EINVAL, a4t_check_hook(99));
}

static void finds_tracepoints_where_tracefs_is_not_mounted(void)
{
	int id, mounts = 0;

	if (!allowed())
		return;
	id = tracepoint_id("syscalls", "sys_enter_accept4");
	CHECK(id > 0);
	CHECK_EQ(-ENOENT, tracepoint_id("syscalls", "sys_enter_nothing"));
	/* In a mount namespace of our own nobody else notices. */
	CHECK_EQ(0, unshare(CLONE_NEWNS));
	CHECK_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	while (umount2("/sys/kernel/tracing", MNT_DETACH) == 0)
		mounts++;
	printf("%d mounts of tracefs taken away\n", mounts);
	CHECK(access("/sys/kernel/tracing/events", F_OK) != 0);
	CHECK_EQ(id, tracepoint_id("syscalls", "sys_enter_accept4"));
	CHECK(access("/sys/kernel/tracing/events", F_OK) != 0);
}

int main(void)
{
	static const struct test tests[] = {
		{"follows a process to its end", follows_a_process_to_its_end},
		{"checks without attaching", checks_without_attaching},
		{"finds tracepoints where tracefs is not mounted",
		 finds_tracepoints_where_tracefs_is_not_mounted},
	};

	return RUN(tests);
}
