/* SPDX-License-Identifier: MIT */
/* Tests of output files: which files root may write to, and who owns new ones. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"
#include "launcher/saved.h"

/* Unused user ids: the invoking user of sudo, and an attacker. */
#define INVOKER 61001
#define MALLORY 61002

static char folder[64];
static char path[128], other[128];
static struct a4t_error error;

/* Creates a folder that is writable for everyone and sticky, like /tmp, and sets two paths in it. */
static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/a4t-output.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	CHECK_EQ(0, chmod(folder, 01777));
	snprintf(path, sizeof(path), "%s/trace", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
}

static void called_by_sudo(void)
{
	char id[16];

	snprintf(id, sizeof(id), "%d", INVOKER);
	setenv("SUDO_UID", id, 1);
	setenv("SUDO_GID", id, 1);
}

static void end(void)
{
	unlink(path);
	unlink(other);
	rmdir(folder);
}

static void make(const char *name, const char *text, uid_t owner)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	CHECK_EQ((long)strlen(text), write(fd, text, strlen(text)));
	CHECK_EQ(0, fchown(fd, owner, owner));
	close(fd);
}

static void link_to(const char *target, uid_t owner)
{
	CHECK_EQ(0, symlink(target, path));
	CHECK_EQ(0, lchown(path, owner, owner));
}

/* Writes "new". Returns 0 or a negative errno. */
static int written(bool append)
{
	int fd = a4t_open_output(path, append, &error);

	if (fd < 0)
		return fd;
	CHECK_EQ(3, a4t_write(fd, "new", 3));
	a4t_close_output(fd);
	return 0;
}

static void check_holds(const char *expected, const char *name)
{
	char text[64] = "";
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
	CHECK_TEXT(expected, text);
	close(fd);
}

static long owner_of(const char *name)
{
	struct stat status;

	return stat(name, &status) ? -1 : (long)status.st_uid;
}

static void check_refused(void)
{
	CHECK_EQ(-EACCES, written(false));
	CHECK_TEXT("another user may have put it there", error.detail);
}

static void creates_truncates_and_appends(void)
{
	begin();
	CHECK_EQ(0, written(false));
	CHECK_EQ(0, written(true));
	check_holds("newnew", path);
	CHECK_EQ(0, written(false));
	check_holds("new", path);
	end();
}

static void obeys_the_umask(void)
{
	mode_t before = umask(027);
	struct stat status;

	begin();
	CHECK_EQ(0, written(false));
	CHECK_EQ(0, stat(path, &status));
	CHECK_EQ(0640, status.st_mode & 0777);
	umask(before);
	end();
}

static void a_private_file_is_only_for_its_owner(void)
{
	mode_t before = umask(0);
	struct stat status;
	int fd;

	begin();
	fd = a4t_open_output(path, A4T_PRIVATE, &error);
	CHECK(fd >= 0);
	CHECK_EQ(0, fstat(fd, &status));
	CHECK_EQ(0600, status.st_mode & 0777);
	a4t_close_output(fd);
	umask(before);
	end();
}

static void reports_what_cannot_be_opened(void)
{
	begin();
	snprintf(path, sizeof(path), "%s", folder);
	CHECK_EQ(-EISDIR, written(false));
	CHECK_TEXT("", error.detail);
	snprintf(path, sizeof(path), "%s/", folder);
	CHECK_EQ(-EISDIR, written(false));
	snprintf(path, sizeof(path), "%s/none/trace", folder);
	CHECK_EQ(-ENOENT, written(false));
	path[0] = '\0';
	CHECK_EQ(-ENOENT, written(false));
	end();
}

static void refuses_files_of_other_users(void)
{
	if (!root_or_skip())
		return;
	begin();
	make(path, "old", MALLORY);
	check_refused();
	check_holds("old", path);
	called_by_sudo();
	check_refused();
	unlink(path);
	link_to(other, MALLORY);
	check_refused();
	CHECK_EQ(-1, owner_of(other));
	unlink(path);
	CHECK_EQ(0, mkfifo(path, 0666));
	CHECK_EQ(0, chown(path, MALLORY, MALLORY));
	check_refused();
	end();
}

/*
 * With fs.protected_hardlinks=0, anyone can create another link to a file of root, so another user may have
 * put such a file there.
 */
static void refuses_a_file_with_several_links(void)
{
	begin();
	make(other, "old", getuid());
	CHECK_EQ(0, link(other, path));
	check_refused();
	check_holds("old", other);
	end();
}

static void follows_links_of_the_invoking_user(void)
{
	if (!root_or_skip())
		return;
	begin();
	called_by_sudo();
	link_to(other, INVOKER);
	CHECK_EQ(0, written(false));
	CHECK_EQ(INVOKER, owner_of(other));
	check_holds("new", other);
	unlink(path);
	unlink(other);
	link_to("other", 0);
	CHECK_EQ(0, written(false));
	check_holds("new", other);
	end();
}

static void follows_links_of_root_where_only_root_can_create_them(void)
{
	if (!root_or_skip())
		return;
	begin();
	CHECK_EQ(0, chmod(folder, 0755));
	link_to(other, 0);
	CHECK_EQ(0, written(false));
	check_holds("new", other);
	end();
}

static void opens_nothing_for_an_unknown_user(void)
{
	if (!root_or_skip())
		return;
	begin();
	setenv("SUDO_UID", "nonsense", 1);
	setenv("SUDO_GID", "0", 1);
	CHECK_EQ(-EINVAL, written(false));
	CHECK_TEXT("SUDO_UID is not the id of a user", error.detail);
	CHECK_EQ(-1, owner_of(path));
	end();
}

static void a_file_that_the_user_could_have_created_belongs_to_the_user(void)
{
	if (!root_or_skip())
		return;
	begin();
	called_by_sudo();
	CHECK_EQ(0, written(false));
	CHECK_EQ(INVOKER, owner_of(path));
	unlink(path);
	CHECK_EQ(0, chmod(folder, 0700));
	CHECK_EQ(0, written(false));
	CHECK_EQ(0, owner_of(path));
	CHECK_EQ(0, geteuid());
	end();
}

static void an_existing_file_keeps_its_owner(void)
{
	if (!root_or_skip())
		return;
	begin();
	called_by_sudo();
	make(path, "old", 0);
	CHECK_EQ(0, written(false));
	CHECK_EQ(0, owner_of(path));
	check_holds("new", path);
	end();
}

static void opens_a_file_by_its_descriptor(void)
{
	char text[4] = "";
	int ends[2];

	begin();
	CHECK_EQ(0, pipe(ends));
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	CHECK_EQ(0, written(false));
	CHECK_EQ(3, read(ends[0], text, 3));
	CHECK_TEXT("new", text);
	close(ends[0]);
	close(ends[1]);
	snprintf(path, sizeof(path), "%s/trace", folder);
	end();
}

/*
 * Writes without root's rights. PR_SET_DUMPABLE restores access to /proc/self/fd, which a change of the user
 * takes away.
 */
static int written_without_root(void)
{
	int status;

	if (fork() == 0) {
		if (setresgid(INVOKER, INVOKER, INVOKER) || setresuid(INVOKER, INVOKER, INVOKER) ||
		    prctl(PR_SET_DUMPABLE, 1))
			_exit(EXIT_FAILURE);
		_exit(-written(false));
	}
	CHECK(wait(&status) > 0);
	return -WEXITSTATUS(status);
}

/* In A4T_FDS, the launcher lists the descriptors that it was started with. */
static void opens_only_descriptors_that_were_inherited(void)
{
	int ends[2];

	if (!root_or_skip())
		return;
	begin();
	CHECK_EQ(0, pipe(ends));
	CHECK_EQ(0, fchmod(ends[1], 0666));
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	CHECK_EQ(0, written_without_root());
	setenv(A4T_FDS, "0,1,2,", 1);
	CHECK_EQ(-EBADF, written_without_root());
	CHECK_EQ(-EBADF, written(false));
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), ends[1]);
	CHECK_EQ(-EBADF, written(false));
	unsetenv(A4T_FDS);
	close(ends[0]);
	close(ends[1]);
	snprintf(path, sizeof(path), "%s/trace", folder);
	end();
}

/*
 * Another process that shares the open file can have set O_NONBLOCK, so write() fails with EAGAIN while the
 * pipe is full.
 */
static void a_write_waits_for_room(void)
{
	char bytes[4096] = "";
	int ends[2], status;
	pid_t reader;

	CHECK_EQ(0, pipe2(ends, O_NONBLOCK));
	while (write(ends[1], bytes, sizeof(bytes)) > 0)
		;
	CHECK_EQ(EAGAIN, errno);
	reader = fork();
	if (reader == 0)
		_exit(read(ends[0], bytes, sizeof(bytes)) != sizeof(bytes));
	CHECK_EQ(3, a4t_write(ends[1], "new", 3));
	CHECK_EQ(reader, waitpid(reader, &status, 0));
	CHECK_EQ(0, status);
	close(ends[0]);
	close(ends[1]);
}

static void a_failed_write_reports_the_reason(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CHECK_EQ(-ENOSPC, a4t_write(fd, "new", 3));
	close(fd);
	CHECK_EQ(-EBADF, a4t_write(fd, "new", 3));
}

int main(void)
{
	static const struct test tests[] = {
		{"creates, truncates and appends", creates_truncates_and_appends},
		{"obeys the umask", obeys_the_umask},
		{"a private file is only for its owner", a_private_file_is_only_for_its_owner},
		{"reports what cannot be opened", reports_what_cannot_be_opened},
		{"refuses files of other users", refuses_files_of_other_users},
		{"refuses a file with several links", refuses_a_file_with_several_links},
		{"follows links of the invoking user", follows_links_of_the_invoking_user},
		{"follows links of root where only root can create them",
		 follows_links_of_root_where_only_root_can_create_them},
		{"opens nothing for an unknown user", opens_nothing_for_an_unknown_user},
		{"a file that the user could have created belongs to the user",
		 a_file_that_the_user_could_have_created_belongs_to_the_user},
		{"an existing file keeps its owner", an_existing_file_keeps_its_owner},
		{"opens a file by its descriptor", opens_a_file_by_its_descriptor},
		{"opens only descriptors that were inherited", opens_only_descriptors_that_were_inherited},
		{"a write waits for room", a_write_waits_for_room},
		{"a failed write reports the reason", a_failed_write_reports_the_reason},
	};

	return RUN(tests);
}
