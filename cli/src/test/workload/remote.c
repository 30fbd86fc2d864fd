/*
 * remote: runs a program from a FUSE file system whose server answers only that program. Any other process
 * that accesses its files hangs. Usage: remote FOLDER PROGRAM, which runs FOLDER/program.
 *
 * The file system is mounted on FOLDER in a mount namespace of its own.
 */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME  "program"
#define FILE_INODE 2
#define BUFFER	   (256 * 1024)
#define FOREVER	   3600 /* seconds */

static int device, content;
static off_t size;
static _Alignas(struct fuse_in_header) char request[BUFFER], answer[BUFFER];

static const void *body(void)
{
	return request + sizeof(struct fuse_in_header);
}

static void reply(int error, size_t len)
{
	const struct fuse_in_header *in = (void *)request;
	struct fuse_out_header *out = (void *)answer;

	*out = (struct fuse_out_header){.len = sizeof(*out) + len, .error = -error, .unique = in->unique};
	/* ENOENT: the request has been interrupted. */
	if (write(device, answer, out->len) < 0 && errno != ENOENT)
		exit(EXIT_FAILURE);
}

static void *result(size_t len)
{
	return memset(answer + sizeof(struct fuse_out_header), 0, len);
}

static struct fuse_attr attributes(uint64_t inode)
{
	bool folder = inode == FUSE_ROOT_ID;

	return (struct fuse_attr){.ino = inode,
				  .size = folder ? 0 : size,
				  .mode = (folder ? S_IFDIR : S_IFREG) | 0755,
				  .nlink = 1,
				  .blksize = 4096};
}

static void begin(void)
{
	const struct fuse_init_in *in = body();
	struct fuse_init_out *out = result(sizeof(*out));

	out->major = FUSE_KERNEL_VERSION;
	out->minor = FUSE_KERNEL_MINOR_VERSION;
	out->max_readahead = in->max_readahead;
	out->max_write = 4096;
	out->time_gran = 1;
	reply(0, sizeof(*out));
}

static void look_up(void)
{
	struct fuse_entry_out *out = result(sizeof(*out));

	out->nodeid = FILE_INODE;
	out->entry_valid = out->attr_valid = FOREVER;
	out->attr = attributes(FILE_INODE);
	reply(strcmp(body(), FILE_NAME) ? ENOENT : 0, strcmp(body(), FILE_NAME) ? 0 : sizeof(*out));
}

static void get_attributes(uint64_t inode)
{
	struct fuse_attr_out *out = result(sizeof(*out));

	out->attr_valid = FOREVER;
	out->attr = attributes(inode);
	reply(0, sizeof(*out));
}

static void read_file(void)
{
	const struct fuse_read_in *in = body();
	size_t len = in->size < BUFFER / 2 ? in->size : BUFFER / 2;
	ssize_t count = pread(content, result(len), len, in->offset);

	reply(count < 0 ? EIO : 0, count < 0 ? 0 : count);
}

static void serve(const struct fuse_in_header *in)
{
	switch (in->opcode) {
	case FUSE_INIT:
		return begin();
	case FUSE_LOOKUP:
		return look_up();
	case FUSE_GETATTR:
		return get_attributes(in->nodeid);
	case FUSE_OPEN:
		result(sizeof(struct fuse_open_out));
		return reply(0, sizeof(struct fuse_open_out));
	case FUSE_READ:
		return read_file();
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		return reply(0, 0);
	default:
		return reply(ENOSYS, 0);
	}
}

/* Ends with the program. Requests of the kernel itself have process id 0. */
static void serve_only(pid_t program)
{
	const struct fuse_in_header *in = (void *)request;

	check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	while (read(device, request, sizeof(request)) > 0)
		if (in->pid == (uint32_t)program || in->pid == 0)
			serve(in);
	exit(EXIT_SUCCESS);
}

static void mount_on(const char *folder)
{
	char options[96];

	device = check(open("/dev/fuse", O_RDWR | O_CLOEXEC), "/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	check(unshare(CLONE_NEWNS), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
	check(mount("remote", folder, "fuse", MS_NODEV, options), "mount");
}

int main(int argc, char **argv)
{
	char path[4096];
	struct stat status;

	if (argc != 3)
		return EXIT_FAILURE;
	content = check(open(argv[2], O_RDONLY | O_CLOEXEC), argv[2]);
	check(fstat(content, &status), "fstat");
	size = status.st_size;
	mount_on(argv[1]);
	if (check(fork(), "fork") == 0)
		serve_only(getppid());
	snprintf(path, sizeof(path), "%s/" FILE_NAME, argv[1]);
	execl(path, path, (char *)NULL);
	check(-1, path);
}
