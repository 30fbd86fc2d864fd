/* SPDX-License-Identifier: MIT */
/* Tests of a4t_open_below_root() with files and links that a hostile process can put at a path. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "check.h"
#include "a4t.h"
#include "fuse.h"

static char folder[] = "/tmp/a4t-root.XXXXXX";

static const char *below(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void make_file(const char *name, const char *content)
{
	FILE *file = fopen(below(name), "we");

	CHECK(file && fputs(content, file) >= 0);
	if (file)
		fclose(file);
}

static struct a4t_error error;

static int open_below(const char *name, uint32_t uid, uint64_t most)
{
	int fd = a4t_open_below_root(getpid(), below(name), uid, most, &error);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static void a_regular_file_of_the_user_is_opened(void)
{
	make_file("plain", "12345");
	CHECK_EQ(0, open_below("plain", getuid(), 5));
	CHECK_EQ(-EFBIG, open_below("plain", getuid(), 4));
	CHECK_EQ(-ENOENT, open_below("missing", getuid(), 5));
	CHECK_EQ(-EACCES, open_below("plain", 12346, 5));
	if (getuid() == 0) {
		CHECK_EQ(0, chown(below("plain"), 12345, 0));
		CHECK_EQ(0, open_below("plain", 12345, 5));
		CHECK_EQ(-EACCES, open_below("plain", 12346, 5));
	}
	unlink(below("plain"));
}

/* Even a file that belongs to root may have been put there by another user, as a hard link. */
static void a_file_with_a_second_name_is_not_opened(void)
{
	char second[256];

	make_file("plain", "12345");
	snprintf(second, sizeof(second), "%s", below("second"));
	CHECK_EQ(0, link(below("plain"), second));
	CHECK_EQ(-EACCES, open_below("plain", getuid(), 5));
	CHECK_EQ(0, unlink(second));
	CHECK_EQ(0, open_below("plain", getuid(), 5));
	unlink(below("plain"));
}

/* The FIFO has no writer, so an attempt to read it would block. */
static void links_folders_and_fifos_are_not_opened(void)
{
	CHECK_EQ(0, mkfifo(below("fifo"), 0600));
	CHECK_EQ(-EACCES, open_below("fifo", getuid(), 5));
	make_file("plain", "");
	CHECK_EQ(0, symlink("plain", below("link")));
	CHECK_EQ(-ELOOP, open_below("link", getuid(), 5));
	CHECK_EQ(0, mkdir(below("dir"), 0700));
	CHECK_EQ(-EACCES, open_below("dir", getuid(), 1 << 20));
	rmdir(below("dir"));
	unlink(below("link"));
	unlink(below("plain"));
	unlink(below("fifo"));
}

/* A link to /proc could make us read the memory of a process. */
static void files_on_proc_are_not_opened(void)
{
	CHECK_EQ(0, symlink("/proc", below("link")));
	CHECK_EQ(-EREMOTE, open_below("link/self/environ", getuid(), 5));
	CHECK_TEXT("proc", error.detail);
	CHECK_EQ(-EREMOTE, a4t_open_below_root(getpid(), "proc/cmdline", 0, 5, &error));
	unlink(below("link"));
}

static void links_in_folders_are_followed(void)
{
	char long_way[64];

	make_file("plain", "");
	CHECK_EQ(0, mkdir(below("dir"), 0700));
	CHECK_EQ(0, symlink("..", below("dir/up")));
	CHECK_EQ(0, symlink(folder, below("here")));
	CHECK_EQ(0, symlink("itself", below("itself")));
	snprintf(long_way, sizeof(long_way), "here/dir/.././/dir/up/../..%s/plain", folder);
	CHECK_EQ(0, open_below(long_way, getuid(), 5));
	CHECK_EQ(-ELOOP, open_below("itself/plain", getuid(), 5));
	CHECK_EQ(-ENOTDIR, open_below("plain/plain", getuid(), 5));
	CHECK_EQ(-EISDIR, open_below("dir/up/..", getuid(), 5));
	CHECK_EQ(-EISDIR, a4t_open_below_root(getpid(), "/", 0, 5, &error));
	unlink(below("itself"));
	unlink(below("here"));
	unlink(below("dir/up"));
	rmdir(below("dir"));
	unlink(below("plain"));
}

/* Starts a process in a chroot. */
static pid_t start_below(const char *root)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (chroot(root))
			_exit(1);
		kill(getpid(), SIGSTOP);
		_exit(0);
	}
	CHECK_EQ(pid, waitpid(pid, NULL, WUNTRACED));
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int open_of(pid_t pid, const char *path)
{
	int fd = a4t_open_below_root(pid, path, 0, 1 << 20, &error);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* In the root of the process, the link "tmp" leads to "/", which must be that root and not ours. */
static void links_are_resolved_below_the_root_of_the_process(void)
{
	pid_t pid;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, symlink("/", below("tmp")));
	CHECK_EQ(0, symlink("../../..", below("up")));
	make_file("file", "");
	pid = start_below(folder);
	CHECK_EQ(0, open_of(pid, "tmp/file"));
	CHECK_EQ(0, open_of(pid, "up/../file"));
	CHECK_EQ(-ENOENT, open_of(pid, "tmp/etc/passwd"));
	CHECK_EQ(-ENOENT, open_of(pid, "up/etc/passwd"));
	CHECK_EQ(-ENOENT, open_of(pid, "../../../etc/passwd"));
	end(pid);
	unlink(below("up"));
	unlink(below("tmp"));
	unlink(below("file"));
}

/* The bytes need not be valid text in any encoding. */
static void a_path_can_have_any_bytes(void)
{
	static const char name[] = "\xff \xc3\xa9\n";

	make_file(name, "");
	CHECK_EQ(0, open_below(name, getuid(), 5));
	unlink(below(name));
}

/*
 * The holder of a lease can make others wait for 45 seconds (/proc/sys/fs/lease-break-time), so the attempt
 * to open the file must fail instead of waiting.
 */
static void the_holder_of_a_lease_is_not_waited_for(void)
{
	int fd;

	make_file("plain", "");
	signal(SIGIO, SIG_IGN);
	fd = open(below("plain"), O_RDWR | O_CLOEXEC);
	CHECK_EQ(0, fcntl(fd, F_SETLEASE, F_WRLCK));
	CHECK_EQ(-EAGAIN, open_below("plain", getuid(), 5));
	close(fd);
	unlink(below("plain"));
}

static void a_file_system_that_does_not_answer_is_not_asked(void)
{
	CHECK_EQ(0, mkdir(below("fuse"), 0700));
	CHECK_EQ(0, symlink("fuse/folder", below("link")));
	if (mount_silent_fuse(below("fuse"))) {
		CHECK_EQ(-EREMOTE, open_below("fuse", getuid(), 5));
		CHECK_EQ(-EREMOTE, open_below("fuse/file", getuid(), 5));
		CHECK_EQ(-EREMOTE, open_below("link/file", getuid(), 5));
		CHECK_TEXT("fuse", error.detail);
		CHECK_EQ(0, umount2(below("fuse"), MNT_DETACH));
	}
	unlink(below("link"));
	rmdir(below("fuse"));
}

/*
 * The mount table of a process in a chroot does not list the mount that contains its root, so our own mount
 * table must be used.
 */
static void a_process_may_be_in_a_chroot(void)
{
	pid_t pid;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, mkdir(below("root"), 0700));
	make_file("root/file", "");
	pid = start_below(below("root"));
	CHECK_EQ(0, open_of(pid, "file"));
	end(pid);
	unlink(below("root/file"));
	rmdir(below("root"));
}

int main(void)
{
	static const struct test tests[] = {
		{"a regular file of the user is opened", a_regular_file_of_the_user_is_opened},
		{"a file with a second name is not opened", a_file_with_a_second_name_is_not_opened},
		{"links, folders and FIFOs are not opened", links_folders_and_fifos_are_not_opened},
		{"files on proc are not opened", files_on_proc_are_not_opened},
		{"links in folders are followed", links_in_folders_are_followed},
		{"links are resolved below the root of the process",
		 links_are_resolved_below_the_root_of_the_process},
		{"a path can have any bytes", a_path_can_have_any_bytes},
		{"the holder of a lease is not waited for", the_holder_of_a_lease_is_not_waited_for},
		{"a file system that does not answer is not asked",
		 a_file_system_that_does_not_answer_is_not_asked},
		{"a process may be in a chroot", a_process_may_be_in_a_chroot},
	};
	int status;

	if (!mkdtemp(folder))
		return EXIT_FAILURE;
	status = RUN(tests);
	rmdir(folder);
	return status;
}
