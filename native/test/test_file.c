/* SPDX-License-Identifier: MIT */
/* What is told of fds that are no sockets. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"

static uint64_t inode_of(int fd)
{
	struct stat status;

	CHECK_EQ(0, fstat(fd, &status));
	return status.st_ino;
}

static struct a4t_file described(int fd)
{
	struct a4t_file file;

	CHECK_EQ(0, a4t_describe_fd(getpid(), fd, inode_of(fd), &file));
	file.path[file.path_len] = '\0';
	return file;
}

static void a_device_has_its_number(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct a4t_file file = described(fd);

	CHECK_TEXT("/dev/null", file.path);
	CHECK_EQ('c', file.device);
	CHECK_EQ(1, file.major);
	CHECK_EQ(3, file.minor);
	CHECK_EQ(0, file.deleted);
	close(fd);
}

static void a_deleted_file_is_told_by_its_link_count(void)
{
	char name[] = "/tmp/a4t (deleted).XXXXXX", marked[64];
	int fd = mkstemp(name);
	struct a4t_file file;

	snprintf(marked, sizeof(marked), "%s (deleted)", name);
	CHECK_EQ(0, rename(name, marked));
	file = described(fd);
	CHECK_TEXT(marked, file.path);
	CHECK_EQ(0, file.deleted);
	unlink(marked);
	file = described(fd);
	CHECK_TEXT(marked, file.path);
	CHECK_EQ(1, file.deleted);
	CHECK_EQ(0, file.device);
	close(fd);
}

static void another_file_behind_the_fd_is_not_described(void)
{
	struct a4t_file file;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	CHECK_EQ(-ESTALE, a4t_describe_fd(getpid(), fd, inode_of(fd) + 1, &file));
	close(fd);
	CHECK_EQ(-ENOENT, a4t_describe_fd(getpid(), fd, 1, &file));
}

int main(void)
{
	static const struct test tests[] = {
		{"a device has its number", a_device_has_its_number},
		{"a deleted file is told by its link count", a_deleted_file_is_told_by_its_link_count},
		{"another file behind the fd is not described", another_file_behind_the_fd_is_not_described},
	};

	return RUN(tests);
}
