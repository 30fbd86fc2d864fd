/* SPDX-License-Identifier: MIT */
/* Tests of a4t_describe_fd(). */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"
#include "fuse.h"
#include "proc/living.h"

static bool has_ended(pid_t pid)
{
	char path[32], state = 0;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = fopen(path, "re");
	if (stat && fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (stat)
		fclose(stat);
	return state == 'Z';
}

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

static void a_device_has_its_major_and_minor_number(void)
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

static void a_deleted_file_is_recognized_by_its_link_count(void)
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

static void *run_without_main_thread(void *ready)
{
	int ends = *(int *)ready;

	/* The main thread has ended once it is a zombie. */
	while (!has_ended(getpid()))
		sched_yield();
	if (write(ends, "", 1) != 1)
		_exit(1);
	pause();
	return NULL;
}

/* Starts a process whose main thread ends before another thread, as with pthread_exit() in main(). */
static pid_t start_leaderless(void)
{
	static int pipes[2];
	pthread_t thread;
	char ready;
	pid_t pid;

	CHECK_EQ(0, pipe(pipes));
	pid = fork();
	if (pid == 0) {
		pthread_create(&thread, NULL, run_without_main_thread, &pipes[1]);
		pthread_exit(NULL);
	}
	CHECK_EQ(1, read(pipes[0], &ready, 1));
	close(pipes[0]);
	close(pipes[1]);
	return pid;
}

static void a_process_without_its_main_thread_is_described(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t pid = start_leaderless();
	struct a4t_file file = {};

	CHECK(living_thread(pid) != pid);
	CHECK_EQ(0, a4t_describe_fd(pid, null, inode_of(null), &file));
	CHECK_EQ(9, file.path_len);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK_EQ(pid, living_thread(pid));
	CHECK_EQ(getpid(), living_thread(getpid()));
	close(null);
}

/* The server of a FUSE file system may never answer. */
static void a_file_system_that_does_not_answer_is_not_asked(void)
{
	char folder[] = "/tmp/a4t-fuse.XXXXXX";
	struct a4t_file file = {};
	int root;

	CHECK(mkdtemp(folder));
	if (mount_silent_fuse(folder)) {
		root = open(folder, O_PATH | O_CLOEXEC);
		CHECK_EQ(0, a4t_describe_fd(getpid(), root, FUSE_ROOT_ID, &file));
		CHECK_EQ(sizeof(folder) - 1, file.path_len);
		close(root);
		CHECK_EQ(0, umount2(folder, MNT_DETACH));
	}
	rmdir(folder);
}

int main(void)
{
	static const struct test tests[] = {
		{"a device has its major and minor number", a_device_has_its_major_and_minor_number},
		{"a deleted file is recognized by its link count",
		 a_deleted_file_is_recognized_by_its_link_count},
		{"another file behind the fd is not described", another_file_behind_the_fd_is_not_described},
		{"a process without its main thread is described",
		 a_process_without_its_main_thread_is_described},
		{"a file system that does not answer is not asked",
		 a_file_system_that_does_not_answer_is_not_asked},
	};

	return RUN(tests);
}
