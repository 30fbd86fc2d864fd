/* SPDX-License-Identifier: MIT */
/* Tests of tracepoint ids with and without a mounted tracefs. Each case has its own mount namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "load/tracepoint.h"

#define TRACEFS	   "/sys/kernel/tracing"
#define TRACEPOINT "sys_enter_accept4"

/* Runs `body` in a child with its own mount namespace. Its failed checks make this test fail. */
static void in_own_mounts(void (*body)(void))
{
	int status = -1, before = failures;
	pid_t child = fork();

	if (child == 0) {
		CHECK_EQ(0, unshare(CLONE_NEWNS));
		/* Use "/sys", because in a chroot "/" is not a mount point. */
		CHECK_EQ(0, mount(NULL, "/sys", NULL, MS_REC | MS_PRIVATE, NULL));
		body();
		_exit(failures - before);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(0, status);
}

static void unmount_tracefs(void)
{
	while (!umount2(TRACEFS, MNT_DETACH))
		;
	CHECK(access(TRACEFS "/events", F_OK));
}

/* Unmounts first, because tracefs cannot be mounted on top of itself. */
static void mount_tracefs(void)
{
	unmount_tracefs();
	CHECK_EQ(0, mount("none", TRACEFS, "tracefs", 0, NULL));
}

static int id_in_file(void)
{
	FILE *file = fopen(TRACEFS "/events/syscalls/" TRACEPOINT "/id", "r");
	int id = -1;

	CHECK(file);
	if (!file)
		return -1;
	CHECK_EQ(1, fscanf(file, "%d", &id));
	fclose(file);
	return id;
}

static void mounts(char *text, size_t size)
{
	int fd = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t len;

	while ((len = read(fd, text + used, size - 1 - used)) > 0)
		used += len;
	text[used] = '\0';
	close(fd);
}

static void look_up_mounted(void)
{
	mount_tracefs();
	CHECK_EQ(id_in_file(), tracepoint_id("syscalls", TRACEPOINT));
	CHECK_EQ(-ENOENT, tracepoint_id("syscalls", "sys_enter_nothing"));
	CHECK_EQ(-ENOENT, tracepoint_id("nothing", TRACEPOINT));
}

static void reads_the_id_from_the_file(void)
{
	if (root_or_skip())
		in_own_mounts(look_up_mounted);
}

static void look_up_unmounted(void)
{
	static char before[64 * 1024], after[64 * 1024];
	int id, files = open_files();

	mount_tracefs();
	id = id_in_file();
	unmount_tracefs();
	mounts(before, sizeof(before));
	CHECK(id > 0);
	CHECK_EQ(id, tracepoint_id("syscalls", TRACEPOINT));
	CHECK_EQ(-ENOENT, tracepoint_id("syscalls", "sys_enter_nothing"));
	mounts(after, sizeof(after));
	CHECK_TEXT(before, after);
	CHECK_EQ(files, open_files());
}

static void works_without_a_mount_and_leaves_none_behind(void)
{
	if (root_or_skip())
		in_own_mounts(look_up_unmounted);
}

static void look_up_as_nobody(void)
{
	unmount_tracefs();
	CHECK_EQ(0, setuid(65534));
	CHECK_EQ(-EPERM, tracepoint_id("syscalls", TRACEPOINT));
}

static void needs_the_privilege_to_mount(void)
{
	if (root_or_skip())
		in_own_mounts(look_up_as_nobody);
}

int main(void)
{
	static const struct test tests[] = {
		{"reads the id from the file", reads_the_id_from_the_file},
		{"works without a mount and leaves none behind",
		 works_without_a_mount_and_leaves_none_behind},
		{"needs the privilege to mount", needs_the_privilege_to_mount},
	};

	return RUN(tests);
}
