/* SPDX-License-Identifier: MIT */
/*
 * Tests of where root may write output: in folders of various owners and modes, with entries that another
 * user can plant there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "check.h"
#include "a4t.h"
#include "process/root_path.h"

#define INVOKER 61001
#define MALLORY 61002

enum entry {
	NOTHING,
	FILE_THERE,
	SECOND_NAME, /* a hard link to root's secret file */
	LINK_TO_SECRET,
	LINK_TO_NOTHING,
	FIFO,
	FOLDER
};

/* One attempt to write to base/folder/trace. */
struct row {
	uid_t folder_owner;
	mode_t folder_mode;
	gid_t folder_group;
	enum entry entry;
	uid_t entry_owner;
	int expected;
	const char *why; /* NULL = none */
};

static const struct row rows[] = {
	{0, 0755, 0, NOTHING, 0, 0, NULL},
	{0, 0755, 0, FILE_THERE, 0, 0, NULL},
	{0, 0755, 0, FILE_THERE, MALLORY, 0, NULL},
	{0, 0775, 0, FILE_THERE, 0, 0, NULL},
	{0, 0755, 0, LINK_TO_NOTHING, 0, 0, NULL},
	{0, 0755, 0, LINK_TO_NOTHING, MALLORY, -EACCES, path_is_planted},
	{0, 0755, 0, LINK_TO_SECRET, MALLORY, -EACCES, path_is_planted},
	{0, 0755, 0, FOLDER, 0, -EISDIR, NULL},
	{0, 01777, 0, NOTHING, 0, 0, NULL},
	{0, 01777, 0, FILE_THERE, 0, 0, NULL},
	{0, 01777, 0, FILE_THERE, MALLORY, -EACCES, path_is_planted},
	{0, 01777, 0, SECOND_NAME, 0, -EACCES, path_is_planted},
	{0, 01777, 0, LINK_TO_SECRET, 0, -EACCES, path_is_planted},
	{0, 01777, 0, LINK_TO_SECRET, MALLORY, -EACCES, path_is_planted},
	{0, 01777, 0, LINK_TO_NOTHING, MALLORY, -EACCES, path_is_planted},
	{0, 01777, 0, FIFO, 0, -EACCES, path_is_planted},
	{0, 01777, 0, FIFO, MALLORY, -EACCES, path_is_planted},
	{0, 01777, 0, FOLDER, 0, -EISDIR, NULL},
	{0, 01775, MALLORY, FILE_THERE, 0, 0, NULL},
	{0, 01775, MALLORY, LINK_TO_SECRET, MALLORY, -EACCES, path_is_planted},
	{0, 0777, 0, NOTHING, 0, -EACCES, path_is_untrusted},
	{0, 0777, 0, FILE_THERE, 0, -EACCES, path_is_untrusted},
	{0, 0777, 0, LINK_TO_SECRET, MALLORY, -EACCES, path_is_untrusted},
	{0, 0775, MALLORY, FILE_THERE, 0, -EACCES, path_is_untrusted},
	{MALLORY, 0755, 0, NOTHING, 0, -EACCES, path_is_untrusted},
	{MALLORY, 0755, 0, FILE_THERE, 0, -EACCES, path_is_untrusted},
	{MALLORY, 0700, 0, SECOND_NAME, 0, -EACCES, path_is_untrusted},
	{MALLORY, 0755, 0, LINK_TO_SECRET, MALLORY, -EACCES, path_is_untrusted},
	{MALLORY, 01777, 0, LINK_TO_SECRET, 0, -EACCES, path_is_untrusted},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static char base[32], folder[64], path[96], secret[64], elsewhere[64], inside[128];

static void make(const char *name, const char *text, mode_t mode, uid_t owner)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK_EQ((long)strlen(text), write(fd, text, strlen(text)));
	CHECK_EQ(0, fchown(fd, owner, owner));
	CHECK_EQ(0, fchmod(fd, mode));
	close(fd);
}

static void make_entry(const struct row *row)
{
	switch (row->entry) {
	case NOTHING:
		return;
	case FILE_THERE:
		make(path, "old", 0644, row->entry_owner);
		return;
	case SECOND_NAME:
		CHECK_EQ(0, link(secret, path));
		return;
	case LINK_TO_SECRET:
		CHECK_EQ(0, symlink(secret, path));
		break;
	case LINK_TO_NOTHING:
		CHECK_EQ(0, symlink(elsewhere, path));
		break;
	case FIFO:
		CHECK_EQ(0, mkfifo(path, 0666));
		break;
	case FOLDER:
		CHECK_EQ(0, mkdir(path, 0755));
		break;
	}
	CHECK_EQ(0, lchown(path, row->entry_owner, row->entry_owner));
}

static void begin(const struct row *row)
{
	snprintf(base, sizeof(base), "/tmp/a4t-root.XXXXXX");
	CHECK(mkdtemp(base) != NULL);
	CHECK_EQ(0, chmod(base, 0755));
	snprintf(folder, sizeof(folder), "%s/folder", base);
	snprintf(path, sizeof(path), "%s/trace", folder);
	snprintf(inside, sizeof(inside), "%s/trace", path);
	snprintf(secret, sizeof(secret), "%s/secret", base);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", base);
	make(secret, "secret", 0600, 0);
	CHECK_EQ(0, mkdir(folder, 0755));
	make_entry(row);
	CHECK_EQ(0, chown(folder, row->folder_owner, row->folder_group));
	CHECK_EQ(0, chmod(folder, row->folder_mode));
}

static void end(void)
{
	unlink(inside);
	if (unlink(path))
		rmdir(path);
	unlink(secret);
	unlink(elsewhere);
	CHECK_EQ(0, rmdir(folder));
	CHECK_EQ(0, rmdir(base));
}

static void check_secret(void)
{
	char text[16] = "";
	int fd = open(secret, O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
	CHECK_TEXT("secret", text);
	close(fd);
}

static int written_as_root(const char *name, const char **why)
{
	int fd = open_as_root(name, O_WRONLY | O_CLOEXEC | O_TRUNC, 0666, why);

	if (fd < 0)
		return fd;
	CHECK_EQ(3, write(fd, "new", 3));
	close(fd);
	return 0;
}

static void try_row(const struct row *row)
{
	const char *why;
	int failed = failures;

	begin(row);
	CHECK_EQ(row->expected, written_as_root(path, &why));
	CHECK_TEXT(row->why ? row->why : "", why ? why : "");
	check_secret();
	end();
	if (failures > failed)
		printf("in row %zd\n", row - rows);
}

static void only_safe_files_are_opened(void)
{
	if (!root_or_skip())
		return;
	for (size_t i = 0; i < ROWS; i++)
		try_row(&rows[i]);
}

/* Kernel settings (fs.protected_*) that would themselves refuse some of the rows. */
static const char *const protections[] = {"hardlinks", "symlinks", "fifos", "regular"};

static bool set_protection(const char *name, char value, char *former)
{
	char setting[64];
	int fd;
	bool done;

	snprintf(setting, sizeof(setting), "/proc/sys/fs/protected_%s", name);
	fd = open(setting, O_RDWR | O_CLOEXEC);
	done = fd >= 0 && read(fd, former, 1) == 1 && pwrite(fd, &value, 1, 0) == 1;
	if (fd >= 0)
		close(fd);
	return done;
}

static void only_safe_files_are_opened_without_the_kernels_protections(void)
{
	char former[4], ignored;

	if (!root_or_skip())
		return;
	for (int i = 0; i < 4; i++)
		if (!set_protection(protections[i], '0', &former[i])) {
			while (--i >= 0)
				set_protection(protections[i], former[i], &ignored);
			skip("fs.protected_* cannot be set here");
			return;
		}
	only_safe_files_are_opened();
	for (int i = 0; i < 4; i++)
		set_protection(protections[i], former[i], &ignored);
}

/* The entry of each row is used as a folder: the path is base/folder/trace/trace. */
static void only_safe_folders_in_the_middle_of_a_path_are_entered(void)
{
	static const struct row middle[] = {
		{0, 0755, 0, FOLDER, 0, 0, NULL},
		{0, 01777, 0, FOLDER, 0, 0, NULL},
		{0, 0755, 0, FOLDER, MALLORY, -EACCES, path_is_untrusted},
		{0, 01777, 0, FOLDER, MALLORY, -EACCES, path_is_untrusted},
		{0, 0777, 0, FOLDER, 0, -EACCES, path_is_untrusted},
		{MALLORY, 0755, 0, FOLDER, 0, -EACCES, path_is_untrusted},
		{0, 01777, 0, FILE_THERE, 0, -ENOTDIR, NULL},
	};
	const char *why;

	if (!root_or_skip())
		return;
	for (size_t i = 0; i < sizeof(middle) / sizeof(middle[0]); i++) {
		begin(&middle[i]);
		CHECK_EQ(middle[i].expected, written_as_root(inside, &why));
		CHECK_TEXT(middle[i].why ? middle[i].why : "", why ? why : "");
		end();
	}
}

/*
 * base/folder/trace is a link to a folder. It is followed only if root made it in a folder where nobody else
 * can make links.
 */
static void only_safe_links_in_the_middle_of_a_path_are_followed(void)
{
	static const struct {
		mode_t folder_mode;
		uid_t owner;
		const char *target;
		int expected;
	} links[] = {
		{0755, 0, "..", 0},	   {0755, 0, ".", -ELOOP},	    {0755, MALLORY, "..", -EACCES},
		{01777, 0, "..", -EACCES}, {01777, MALLORY, "..", -EACCES}, {0755, 0, "/tmp/../tmp", 0},
	};
	const struct row empty = {0, 0755, 0, NOTHING, 0, 0, NULL};
	const char *why;

	if (!root_or_skip())
		return;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		begin(&empty);
		/* To loop, the link refers to its own name. A link to "." would not loop. */
		CHECK_EQ(0, symlink(links[i].expected == -ELOOP ? "trace" : links[i].target, path));
		CHECK_EQ(0, lchown(path, links[i].owner, links[i].owner));
		CHECK_EQ(0, chmod(folder, links[i].folder_mode));
		snprintf(inside, sizeof(inside), "%s/a4t-root-test", path);
		CHECK_EQ(links[i].expected, written_as_root(inside, &why));
		end();
	}
}

static void descriptors_are_copied(void)
{
	int ends[2], reading = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char text[4] = "";
	const char *why;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, pipe2(ends, O_CLOEXEC));
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	CHECK_EQ(0, written_as_root(path, &why));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
	CHECK_EQ(0, written_as_root(path, &why));
	CHECK_EQ(3, read(ends[0], text, 3));
	CHECK_TEXT("new", text);
	snprintf(path, sizeof(path), "/dev/fd/%d", reading);
	CHECK_EQ(-EACCES, written_as_root(path, &why));
	CHECK_TEXT("the descriptor is not open for writing", why);
	close(reading);
	CHECK(written_as_root(path, &why) < 0);
	close(ends[0]);
	close(ends[1]);
}

#define BELOW_LINK(name) "/proc/self/" name "/x"

/* A process chooses the targets of its magic links, such as /proc/PID/root. */
static void other_magic_links_are_refused(void)
{
	static const char *const magic[] = {BELOW_LINK("root"), BELOW_LINK("cwd"), "/proc/self/exe",
					    "/proc/1/fd/1", "/proc/self/ns/net"};
	const char *why;

	if (!root_or_skip())
		return;
	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++) {
		int result = written_as_root(magic[i], &why);

		CHECK(result == -EACCES || result == -ENOENT);
	}
}

static void devices_are_opened_and_odd_paths_are_errors(void)
{
	const char *why;
	char longest[5000];

	if (!root_or_skip())
		return;
	CHECK_EQ(0, written_as_root("/dev/null", &why));
	CHECK_EQ(0, written_as_root("//dev///./../dev/null", &why));
	CHECK_EQ(-EISDIR, written_as_root("/", &why));
	CHECK_EQ(-EISDIR, written_as_root("/dev/", &why));
	CHECK_EQ(-EISDIR, written_as_root("/dev/..", &why));
	CHECK_EQ(-ENOENT, written_as_root("", &why));
	CHECK_EQ(-ENOENT, written_as_root("/dev/none/trace", &why));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_EQ(-ENAMETOOLONG, written_as_root(longest, &why));
	longest[300] = '\0';
	CHECK_EQ(-ENAMETOOLONG, written_as_root(longest, &why));
}

/* With sudo, root applies the same rules to files that the invoker may not open. */
static void sudo_does_not_change_the_rules(void)
{
	struct a4t_error error;

	if (!root_or_skip())
		return;
	setenv("SUDO_UID", "61001", 1);
	setenv("SUDO_GID", "61001", 1);
	for (size_t i = 0; i < ROWS; i++) {
		int fd;

		begin(&rows[i]);
		/* Skip FIFOs unless they are refused, because opening a FIFO waits for a reader. */
		if (rows[i].entry != FIFO || rows[i].folder_mode == 01777) {
			fd = a4t_open_output(path, 0, &error);
			if (fd >= 0)
				CHECK_EQ(3, write(fd, "new", 3));
			a4t_close_output(fd);
		}
		check_secret();
		end();
	}
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
}

int main(void)
{
	static const struct test tests[] = {
		{"only safe files are opened", only_safe_files_are_opened},
		{"only safe files are opened without the kernel's protections",
		 only_safe_files_are_opened_without_the_kernels_protections},
		{"only safe folders in the middle of a path are entered",
		 only_safe_folders_in_the_middle_of_a_path_are_entered},
		{"only safe links in the middle of a path are followed",
		 only_safe_links_in_the_middle_of_a_path_are_followed},
		{"descriptors are copied", descriptors_are_copied},
		{"other magic links are refused", other_magic_links_are_refused},
		{"devices are opened and odd paths are errors", devices_are_opened_and_odd_paths_are_errors},
		{"sudo does not change the rules", sudo_does_not_change_the_rules},
	};

	return RUN(tests);
}
