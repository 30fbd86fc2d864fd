/* SPDX-License-Identifier: MIT */
/* Finds mapped files in the mount namespace of the process, even if they have been deleted. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proc/living.h"
#include "stack/mapped.h"

/* The tid of a living thread of the process: libdwfl's callbacks get the module, but not the process. */
static int process_thread;

void set_process(int tgid)
{
	process_thread = living_thread(tgid);
}

/*
 * Opens `path` only if it is a regular file: opening a device can have side effects, and opening a FIFO can
 * block. /proc/self/fd avoids a race between the check and the open.
 */
static int open_regular(const char *path)
{
	int found = open(path, O_PATH | O_CLOEXEC), fd = -1;
	struct stat status;
	char again[64];

	if (found < 0)
		return -1;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", found);
	if (!fstat(found, &status) && S_ISREG(status.st_mode))
		fd = open(again, O_RDONLY | O_CLOEXEC);
	close(found);
	return fd;
}

/* Opens a mapped file by its entry in map_files, which is named after the first and last address. */
static int open_mapping(unsigned long start)
{
	char folder[64], prefix[32], path[sizeof(folder) + NAME_MAX + 2];
	struct dirent *entry;
	DIR *mappings;
	int fd = -1;

	snprintf(folder, sizeof(folder), "/proc/%d/map_files", process_thread);
	snprintf(prefix, sizeof(prefix), "%lx-", start);
	mappings = opendir(folder);
	while (mappings && (entry = readdir(mappings))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fd = open_regular(path);
		break;
	}
	if (mappings)
		closedir(mappings);
	return fd;
}

static int open_in_its_root(const char *name)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "/proc/%d/root%s", process_thread, name);
	return open_regular(path);
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
	int fd;

	/* The vDSO: libdwfl reads it from the memory of the process. */
	if (*name != '/')
		return dwfl_linux_proc_find_elf(module, userdata, name, start, file_name, elf);
	fd = open_mapping(start);
	if (fd < 0)
		fd = open_in_its_root(name);
	if (fd < 0)
		return -1;
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

bool renew_mapped(Dwfl *mapped, int tgid)
{
	int err;

	dwfl_report_begin(mapped);
	err = dwfl_linux_proc_report(mapped, living_thread(tgid));
	return dwfl_report_end(mapped, NULL, NULL) == 0 && err == 0;
}

Dwfl *open_mapped(int tgid)
{
	Dwfl *mapped = dwfl_begin(&callbacks);

	elf_version(EV_CURRENT);
	if (mapped && renew_mapped(mapped, tgid))
		return mapped;
	dwfl_end(mapped);
	return NULL;
}
