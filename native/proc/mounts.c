/* SPDX-License-Identifier: MIT */
#include "proc/mounts.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The file systems whose files are read. Some of the others need a server, like nfs and fuse, or a lock from
 * another machine, like ocfs2. Some have no stored content, like proc. virtiofs is in this list because its
 * server can only be the hypervisor.
 */
static const char *const local[] = {
	"ext4",	    "xfs",    "btrfs", "overlay",  "tmpfs", "ext3",  "ext2",   "f2fs",	   "zfs",
	"bcachefs", "jfs",    "ntfs3", "squashfs", "erofs", "ramfs", "rootfs", "virtiofs", "iso9660",
	"reiserfs", "nilfs2", "exfat", "vfat",	   "udf",   "ubifs", "aufs",
};

bool is_local(const char *type)
{
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (!strcmp(type, local[i]))
			return true;
	return false;
}

/*
 * A line is "36 35 98:0 /root /mount/point rw,noatime master:1 - fuse.sshfs host: rw". Blanks in paths are
 * escaped, so the first " - " is the separator.
 */
static bool parse_mount(const char *line, long id, char type[FILE_SYSTEM_BYTES])
{
	static const char separator[] = " - ";
	const char *name = strstr(line, separator);
	char *end;

	if (!name || strtol(line, &end, 10) != id || end == line || *end != ' ')
		return false;
	name += strlen(separator);
	snprintf(type, FILE_SYSTEM_BYTES, "%.*s", (int)strcspn(name, " .\n"), name);
	return true;
}

bool find_file_system(FILE *mounts, long id, char type[FILE_SYSTEM_BYTES])
{
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	while (!found && getline(&line, &room, mounts) >= 0)
		found = parse_mount(line, id, type);
	free(line);
	return found;
}

static bool find_in(const char *path, long id, char type[FILE_SYSTEM_BYTES])
{
	FILE *mounts = fopen(path, "re");
	bool found = mounts && find_file_system(mounts, id, type);

	if (mounts)
		fclose(mounts);
	return found;
}

/* Returns -1 if the mount is unknown. Does not use statx(), which the file system may deny. */
static long mount_of(int fd)
{
	static const char field[] = "\nmnt_id:";
	char path[64], text[256];
	const char *id;
	ssize_t len;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -1;
	len = read(info, text, sizeof(text) - 1);
	close(info);
	text[len < 0 ? 0 : len] = '\0';
	id = strstr(text, field);
	return id ? strtol(id + strlen(field), NULL, 10) : -1;
}

/* Files of memfd_create(2) are on a kernel-internal mount, which is in no mount table. */
static bool is_memory(int fd)
{
	int memory = memfd_create("accept4-trace", MFD_CLOEXEC);
	struct statx ours, other;
	bool same;

	if (memory < 0)
		return false;
	same = !statx(memory, "", AT_EMPTY_PATH, 0, &ours) &&
	       !statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &other) &&
	       ours.stx_dev_major == other.stx_dev_major && ours.stx_dev_minor == other.stx_dev_minor;
	close(memory);
	return same;
}

int check_file_system(int fd, int32_t tid, char type[FILE_SYSTEM_BYTES])
{
	char path[64];
	long id = mount_of(fd);
	bool found, good;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", tid);
	/*
	 * If the process opened the file before it entered its mount namespace or chroot, the mount of the
	 * file may be missing from the mount table of the process. Our own mount table may have it.
	 */
	found = id >= 0 && (find_in(path, id, type) || find_in("/proc/self/mountinfo", id, type));
	good = found ? is_local(type) : is_memory(fd);
	if (good)
		*type = '\0';
	else if (!found)
		snprintf(type, FILE_SYSTEM_BYTES, UNKNOWN_FILE_SYSTEM);
	return good ? 0 : -EREMOTE;
}
