/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the opening of output files with root's rights, in a chroot with files of root and of another user.
 * Input: a byte with the number of entries, the entries, then the words of the path to open. Whatever the
 * entries are, the other user must not be able to choose or change the file that is opened.
 */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fuzz.h"
#include "process/root_path.h"

#define MALLORY	     61002
#define MOST_ENTRIES 12
#define MOST_WORDS   12

enum kind { FOLDER, PLAIN, LINK, FIFO, SECOND_NAME, KINDS };

/* Each byte is taken modulo the number of possibilities, e.g. the size of one of the tables below. */
struct choice {
	uint8_t kind, place, name, owner, mode, words[4];
};

struct entry {
	enum kind kind;
	char path[128];
	char target[64]; /* of a link */
	uid_t owner;
	mode_t mode;
};

static const char *const names[] = {"a", "b", "c"};
static const mode_t modes[] = {0755, 01777, 0777, 0775, 0700, 0644};
static const char *const words[] = {"a", "b", "c", "/", "..", ".", "/a/b", "/proc/self/fd/1", "/proc", ""};

#define PICK(table, byte) (table)[(byte) % (sizeof(table) / sizeof((table)[0]))]

static struct entry entries[MOST_ENTRIES];
static size_t entry_count;
static char sandbox[] = "/tmp/a4t-fuzz.XXXXXX";
static int real_root = -1, real_folder;
static dev_t device; /* of the sandbox */

static void at_exit(void)
{
	umount2(sandbox, MNT_DETACH);
	rmdir(sandbox);
}

static void make_descriptors(void)
{
	char folder[64];

	snprintf(folder, sizeof(folder), "%s/proc", sandbox);
	REQUIRE(!mkdir(folder, 0755));
	snprintf(folder, sizeof(folder), "%s/proc/self", sandbox);
	REQUIRE(!mkdir(folder, 0755));
	snprintf(folder, sizeof(folder), "%s/proc/self/fd", sandbox);
	REQUIRE(!mkdir(folder, 0755));
	REQUIRE(!mount("/proc/self/fd", folder, NULL, MS_BIND, NULL));
}

/* Returns false if this process may not make a sandbox. The sandbox has no /proc except /proc/self/fd. */
static bool make_sandbox(void)
{
	struct stat status;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	REQUIRE(mkdtemp(sandbox));
	REQUIRE(!mount("sandbox", sandbox, "tmpfs", 0, "mode=755"));
	REQUIRE(!stat(sandbox, &status));
	device = status.st_dev;
	make_descriptors();
	real_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	real_folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	REQUIRE(real_root >= 0 && real_folder >= 0);
	atexit(at_exit);
	return true;
}

/*
 * No check may fail between enter_sandbox() and leave_sandbox(), because the fuzzer could not save the input
 * there.
 */
static void enter_sandbox(void)
{
	REQUIRE(!chdir(sandbox) && !chroot(sandbox));
}

static void leave_sandbox(void)
{
	if (fchdir(real_root) || chroot(".") || fchdir(real_folder))
		abort();
}

static const char *folder_of(uint8_t place)
{
	size_t at = place % (MOST_ENTRIES + 1);

	return at < entry_count && entries[at].kind == FOLDER ? entries[at].path : "";
}

static void join_words(char *text, size_t room, const uint8_t *picks, size_t count)
{
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < count && len < room; i++)
		len += snprintf(text + len, room - len, "%s%s", i ? "/" : "", PICK(words, picks[i]));
}

static bool is_taken(const char *path)
{
	for (size_t i = 0; i < entry_count; i++)
		if (!strcmp(entries[i].path, path))
			return true;
	return false;
}

static void choose_entry(const struct choice *choice)
{
	struct entry *entry = &entries[entry_count];

	*entry = (struct entry){.kind = choice->kind % KINDS,
				.owner = choice->owner & 1 ? MALLORY : 0,
				.mode = PICK(modes, choice->mode)};
	if (snprintf(entry->path, sizeof(entry->path), "%s/%s", folder_of(choice->place),
		     PICK(names, choice->name)) >= (int)sizeof(entry->path) ||
	    is_taken(entry->path))
		return;
	join_words(entry->target, sizeof(entry->target), choice->words, sizeof(choice->words));
	entry_count++;
}

static bool others_write(const struct stat *folder)
{
	return folder->st_mode & S_IWOTH || (folder->st_mode & S_IWGRP && folder->st_gid != 0);
}

static bool is_evil_link(const struct entry *entry)
{
	char folder[128];
	struct stat status;

	snprintf(folder, sizeof(folder), "%.*s/", (int)(strrchr(entry->path, '/') - entry->path),
		 entry->path);
	return entry->kind == LINK &&
	       (entry->owner || stat(folder, &status) || status.st_uid || others_write(&status));
}

/* Ignores failures, because the folder may be missing. */
static void make_entry(const struct entry *entry)
{
	int fd = -1;

	if (entry->kind == FOLDER)
		mkdir(entry->path, 0700);
	if (entry->kind == PLAIN)
		fd = open(entry->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (entry->kind == LINK && symlink(entry->target, entry->path))
		return;
	if (entry->kind == FIFO)
		mkfifo(entry->path, 0600);
	if (entry->kind == SECOND_NAME && (entries->kind != PLAIN || link(entries->path, entry->path)))
		return;
	if (fd >= 0)
		close(fd);
	if (lchown(entry->path, entry->owner, entry->owner) == 0 && entry->kind != LINK)
		chmod(entry->path, entry->mode);
}

static void make_entries(bool evil_links)
{
	for (size_t i = 0; i < entry_count; i++)
		if (evil_links || !is_evil_link(&entries[i]))
			make_entry(&entries[i]);
}

static void remove_entries(void)
{
	for (size_t i = entry_count; i-- > 0;)
		remove(entries[i].path);
}

struct opened {
	int fd;
	struct stat status;
	char path[PATH_MAX];
	bool is_new, folders_are_safe, parent_is_sticky;
};

/* Checks the folders that contain the opened file, even if the path led to it through other folders. */
static void look_at_folders(struct opened *opened)
{
	char folder[PATH_MAX];
	struct stat status;

	strcpy(folder, opened->path);
	opened->folders_are_safe = true;
	for (bool first = true; strrchr(folder, '/'); first = false) {
		*strrchr(folder, '/') = '\0';
		if (stat(*folder ? folder : "/", &status))
			return;
		if (status.st_uid || (others_write(&status) && !(status.st_mode & S_ISVTX)))
			opened->folders_are_safe = false;
		if (first)
			opened->parent_is_sticky = others_write(&status);
	}
}

/* Does not block on a FIFO, which nobody reads here. */
static struct opened open_in_sandbox(const char *path, bool evil_links)
{
	struct opened opened = {.fd = -1};
	const char *why;
	char link[64];
	ssize_t len;

	enter_sandbox();
	make_entries(evil_links);
	opened.fd = open_as_root(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0666, &why);
	if (opened.fd >= 0 && !fstat(opened.fd, &opened.status)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", opened.fd);
		len = readlink(link, opened.path, sizeof(opened.path) - 1);
		opened.path[len < 0 ? 0 : len] = '\0';
		look_at_folders(&opened);
		close(opened.fd);
		opened.is_new = true;
		for (size_t i = 0; i < entry_count; i++)
			opened.is_new &= strcmp(opened.path, entries[i].path) != 0;
		if (opened.is_new && opened.status.st_dev == device)
			unlink(opened.path);
	}
	remove_entries();
	leave_sandbox();
	return opened;
}

static void check_opened(const struct opened *opened)
{
	REQUIRE(opened->folders_are_safe);
	if (opened->parent_is_sticky)
		REQUIRE(S_ISREG(opened->status.st_mode) && opened->status.st_uid == 0 &&
			opened->status.st_nlink == 1);
}

/* False if the path led to one of our own descriptors. */
static bool is_in_sandbox(const struct opened *opened)
{
	return opened->fd >= 0 && opened->status.st_dev == device;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct opened with, without;
	struct choice choice;
	char path[256];
	uint8_t count;

	if (real_root < 0 && !make_sandbox())
		return fuzz_skip("needs root, to make a mount namespace");
	entry_count = 0;
	if (!take_bytes(&input, &count, sizeof(count)))
		return 0;
	while (entry_count < count % (MOST_ENTRIES + 1u) && take_bytes(&input, &choice, sizeof(choice)))
		choose_entry(&choice);
	join_words(path, sizeof(path), input.at, input.len < MOST_WORDS ? input.len : MOST_WORDS);
	with = open_in_sandbox(path, true);
	if (!is_in_sandbox(&with))
		return 0;
	check_opened(&with);
	/* Without the links that the other user can make or replace, the same file must be opened. */
	without = open_in_sandbox(path, false);
	REQUIRE(without.fd >= 0 && !strcmp(with.path, without.path));
	return 0;
}
