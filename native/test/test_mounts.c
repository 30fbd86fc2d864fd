/* SPDX-License-Identifier: MIT */
/* Tests of recognizing file systems, both in mount tables and by files that this program has open. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include "check.h"
#include "proc/mounts.h"

/*
 * A mount table as the kernel writes it: blanks in paths are escaped, optional fields vary, and a user can
 * choose a subtype.
 */
static const char table[] =
	"21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
	"22 21 0:20 / /proc rw,nosuid - proc proc rw\n"
	"36 21 0:39 / /home/u/mnt\\040-\\040ext4\\040x rw - fuse.ext4 ext4 rw,user_id=1000\n"
	"37 21 0:40 / /srv rw,relatime shared:2 master:3 propagate_from:4 - nfs4 host:/srv rw\n"
	"38 21 0:41 / /nothing rw -\n"
	"139 21 0:42 / /c rw - overlay overlay rw,lowerdir=/a";

static const char *type_of(long id)
{
	static char type[FILE_SYSTEM_BYTES];
	FILE *mounts = fmemopen((char *)table, sizeof(table) - 1, "r");
	bool found = find_file_system(mounts, id, type);

	fclose(mounts);
	return found ? type : "none";
}

static void the_file_system_of_a_mount_is_found(void)
{
	CHECK_TEXT("ext4", type_of(21));
	CHECK_TEXT("proc", type_of(22));
	CHECK_TEXT("nfs4", type_of(37));
	CHECK_TEXT("overlay", type_of(139));
	CHECK_TEXT("none", type_of(2));
	CHECK_TEXT("none", type_of(13));
	CHECK_TEXT("none", type_of(38));
	CHECK_TEXT("none", type_of(0));
}

/* A user can choose the mount point and the subtype of a FUSE file system, e.g. "fuse.ext4". */
static void a_user_cannot_make_fuse_look_like_a_disk(void)
{
	CHECK_TEXT("fuse", type_of(36));
	CHECK(!is_local("fuse"));
}

static void only_file_systems_that_the_kernel_serves_are_local(void)
{
	static const char *const remote[] = {
		"nfs",	"nfs4",	   "cifs", "smb3",  "9p",     "ceph", "afs",
		"fuse", "fuseblk", "proc", "ocfs2", "autofs", "",     UNKNOWN_FILE_SYSTEM};

	CHECK(is_local("ext4"));
	CHECK(is_local("overlay"));
	CHECK(is_local("virtiofs"));
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		CHECK(!is_local(remote[i]));
}

static void check(int expected, const char *expected_type, int fd)
{
	char type[FILE_SYSTEM_BYTES];

	CHECK(fd >= 0);
	CHECK_EQ(expected, check_file_system(fd, getpid(), type));
	CHECK_TEXT(expected_type, type);
	close(fd);
}

static void file_systems_of_open_files_are_recognized(void)
{
	int ends[2];

	check(0, "", open("/proc/self/exe", O_PATH | O_CLOEXEC));
	check(-EREMOTE, "proc", open("/proc/self/exe", O_PATH | O_NOFOLLOW | O_CLOEXEC));
	check(-EREMOTE, "proc", open("/proc/version", O_RDONLY | O_CLOEXEC));
	/*
	 * Memory files and pipes are on kernel-internal mounts, which are in no table. Only memory files are
	 * recognized.
	 */
	check(0, "", memfd_create("test", MFD_CLOEXEC));
	CHECK_EQ(0, pipe(ends));
	check(-EREMOTE, UNKNOWN_FILE_SYSTEM, ends[0]);
	close(ends[1]);
}

int main(void)
{
	static const struct test tests[] = {
		{"the file system of a mount is found", the_file_system_of_a_mount_is_found},
		{"a user cannot make FUSE look like a disk", a_user_cannot_make_fuse_look_like_a_disk},
		{"only file systems that the kernel serves are local",
		 only_file_systems_that_the_kernel_serves_are_local},
		{"file systems of open files are recognized", file_systems_of_open_files_are_recognized},
	};

	return RUN(tests);
}
