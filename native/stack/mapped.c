/* SPDX-License-Identifier: MIT */
/* Finds mapped files in the mount namespace of the process, even if they have been deleted. */
#include "stack/mapped.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proc/below_root.h"
#include "proc/living.h"
#include "proc/maps.h"
#include "proc/regular.h"

/* Of all files of a process. libelf copies the parts that it needs into memory. */
#define MAX_BYTES (1ULL << 30)

static struct mapped *looked_at;

/* The file of a module: libdwfl keeps it as `userdata`. */
struct file {
	uint64_t bytes;
	char unread[FILE_SYSTEM_BYTES]; /* empty if the file is read */
};

void look_at(struct mapped *mapped)
{
	looked_at = mapped;
}

/* By its entry in map_files, which leads to the file even if it has been deleted or replaced. */
static int find_by_mapping(int32_t tid, uint64_t start)
{
	struct mapping mapping;
	char path[96];
	int found;

	if (!read_mapping(tid, start, &mapping))
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, tid, mapping.start,
		 mapping.end);
	found = open(path, O_PATH | O_CLOEXEC);
	return found < 0 ? -errno : found;
}

int find_mapped_file(int32_t tid, uint64_t start, const char *name, char type[FILE_SYSTEM_BYTES])
{
	int found = find_by_mapping(tid, start);

	/* Without CAP_CHECKPOINT_RESTORE. Otherwise the process may have unmapped the file, and put another
	 * there. */
	if (found == -EPERM)
		found = find_below_root(tid, name, type);
	return found;
}

static int open_file(const char *name, Dwarf_Addr start, struct file *file)
{
	int32_t tid = living_thread(looked_at->tgid);
	int found = find_mapped_file(tid, start, name, file->unread), fd;

	if (found < 0)
		return found;
	fd = open_regular(found, tid, MAX_BYTES - looked_at->bytes, file->unread);
	close(found);
	if (fd == -EFBIG)
		snprintf(file->unread, sizeof(file->unread), "too large");
	return fd;
}

static void count_bytes(struct file *file, int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return;
	file->bytes = status.st_size;
	looked_at->bytes += file->bytes;
}

/*
 * Reads the file instead of mapping it, as libdwfl would. If someone truncated a mapped file, SIGBUS would
 * end this process. If someone wrote to it, the data would change after libelf has checked them.
 */
static Elf *read_elf(int fd)
{
	return elf_begin(fd, ELF_C_READ, NULL);
}

static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start,
		    char **file_name, Elf **elf)
{
	struct file *file = *userdata;
	int fd;

	/* The vDSO: libdwfl reads it from the memory of the process. */
	if (*name != '/')
		return dwfl_linux_proc_find_elf(module, userdata, name, start, file_name, elf);
	if (!file)
		*userdata = file = calloc(1, sizeof(*file));
	fd = file ? open_file(name, start, file) : -ENOMEM;
	if (fd < 0)
		return -1;
	count_bytes(file, fd);
	*file_name = strdup(name);
	*elf = read_elf(fd);
	return fd;
}

/*
 * Finds debug information only by build id, below /usr/lib/debug. A name in the file itself could lead
 * anywhere, e.g. to a FIFO that blocks.
 */
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start,
			  const char *file_name, const char *link_name, GElf_Word crc, char **debug_file_name)
{
	(void)link_name;
	(void)crc;
	return dwfl_build_id_find_debuginfo(module, userdata, name, start, file_name, NULL, 0,
					    debug_file_name);
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
};

/* Called for each module that is no longer mapped. */
static int forget_file(Dwfl_Module *module, void *userdata, const char *name, Dwarf_Addr start, void *mapped)
{
	struct file *file = *(void **)userdata;

	(void)module;
	(void)name;
	(void)start;
	if (file)
		((struct mapped *)mapped)->bytes -= file->bytes;
	free(file);
	return DWARF_CB_OK;
}

bool renew_mapped(struct mapped *mapped)
{
	int err;

	dwfl_report_begin(mapped->dwfl);
	err = dwfl_linux_proc_report(mapped->dwfl, living_thread(mapped->tgid));
	return dwfl_report_end(mapped->dwfl, forget_file, mapped) == 0 && err == 0;
}

bool open_mapped(struct mapped *mapped)
{
	elf_version(EV_CURRENT);
	mapped->dwfl = dwfl_begin(&callbacks);
	return mapped->dwfl && renew_mapped(mapped);
}

void close_mapped(struct mapped *mapped)
{
	if (!mapped->dwfl)
		return;
	dwfl_report_begin(mapped->dwfl);
	dwfl_report_end(mapped->dwfl, forget_file, mapped);
	dwfl_end(mapped->dwfl);
	mapped->dwfl = NULL;
}

const char *why_unread(Dwfl_Module *module)
{
	void **userdata;
	struct file *file;

	dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	file = *userdata;
	return file && *file->unread ? file->unread : NULL;
}

uint64_t mapped_offset(uint64_t address)
{
	struct mapping mapping;

	if (!read_mapping(living_thread(looked_at->tgid), address, &mapping))
		return address;
	return address - mapping.start + mapping.offset;
}
