/* SPDX-License-Identifier: MIT */
#include "stack/mapped.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proc/maps.h"
#include "stack/vdso.h"

/* The limit for all files of a process together. libelf copies the parts that it needs into memory. */
#define MAX_BYTES (1ULL << 30)

/* The limit for the text of the memory maps. Usually, a process can have 65530 mappings. */
#define MAX_MAPS_BYTES (64UL << 20)

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

static int count_bytes(struct file *file, int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if ((uint64_t)status.st_size > MAX_BYTES - looked_at->bytes) {
		snprintf(file->unread, sizeof(file->unread), "too large");
		return -EFBIG;
	}
	file->bytes = status.st_size;
	looked_at->bytes += file->bytes;
	return 0;
}

static int open_file(uint64_t start, struct file *file)
{
	int fd = looked_at->supplier->open_file(looked_at->tgid, start, file->unread);
	int err = fd < 0 ? fd : count_bytes(file, fd);

	if (err == -EMFILE)
		snprintf(file->unread, sizeof(file->unread), TOO_MANY_FILES);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/*
 * Reads the file, although libdwfl would map it. If someone truncated a mapped file, SIGBUS would end this
 * process. If someone wrote to it, the data would change after libelf has checked them.
 */
static Elf *read_elf(int fd)
{
	return libdw->elf_begin(fd, ELF_C_READ, NULL);
}

static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start,
		    char **file_name, Elf **elf)
{
	struct file *file = *userdata;
	int fd;

	(void)module;
	if (*name != '/') {
		*elf = read_vdso();
		return -1;
	}
	if (!file)
		*userdata = file = calloc(1, sizeof(*file));
	fd = file ? open_file(start, file) : -ENOMEM;
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
	return libdw->dwfl_build_id_find_debuginfo(module, userdata, name, start, file_name, NULL, 0,
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

static bool read_maps(struct mapped *mapped, int fd)
{
	size_t room = 0;
	ssize_t more = 1;

	mapped->maps_len = 0;
	while (more > 0 && mapped->maps_len < MAX_MAPS_BYTES) {
		if (room - mapped->maps_len < BUFSIZ) {
			char *larger = realloc(mapped->maps, room = 2 * room + 2 * BUFSIZ);

			if (!larger)
				return false;
			mapped->maps = larger;
		}
		more = read(fd, mapped->maps + mapped->maps_len, room - mapped->maps_len);
		mapped->maps_len += more > 0 ? more : 0;
	}
	return more == 0 && mapped->maps_len > 0;
}

/* Returns NULL on failure. */
static FILE *maps_of(const struct mapped *mapped)
{
	return mapped->maps_len ? fmemopen(mapped->maps, mapped->maps_len, "r") : NULL;
}

static bool report_modules(struct mapped *mapped)
{
	FILE *maps = maps_of(mapped);
	bool reported;

	if (!maps)
		return false;
	reported = libdw->dwfl_linux_proc_maps_report(mapped->dwfl, maps) == 0;
	rewind(maps);
	report_vdso(mapped->dwfl, mapped->tgid, maps);
	fclose(maps);
	return reported;
}

bool renew_mapped(struct mapped *mapped)
{
	int fd = mapped->supplier->open_maps(mapped->tgid);
	bool read_now = fd >= 0 && read_maps(mapped, fd), reported;

	mapped->lacks_files = fd == -EMFILE;
	if (fd >= 0)
		close(fd);
	if (!read_now)
		return false;
	libdw->dwfl_report_begin(mapped->dwfl);
	reported = report_modules(mapped);
	return libdw->dwfl_report_end(mapped->dwfl, forget_file, mapped) == 0 && reported;
}

bool open_mapped(struct mapped *mapped)
{
	libdw->elf_version(EV_CURRENT);
	mapped->dwfl = libdw->dwfl_begin(&callbacks);
	return mapped->dwfl && renew_mapped(mapped);
}

void close_mapped(struct mapped *mapped)
{
	free(mapped->maps);
	mapped->maps = NULL;
	mapped->maps_len = 0;
	if (!mapped->dwfl)
		return;
	libdw->dwfl_report_begin(mapped->dwfl);
	libdw->dwfl_report_end(mapped->dwfl, forget_file, mapped);
	libdw->dwfl_end(mapped->dwfl);
	mapped->dwfl = NULL;
}

const char *why_unread(Dwfl_Module *module)
{
	void **userdata;
	struct file *file;

	libdw->dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	file = *userdata;
	return file && *file->unread ? file->unread : NULL;
}

const char *why_unmapped(const struct mapped *mapped)
{
	return mapped->lacks_files ? TOO_MANY_FILES : NULL;
}

uint64_t mapped_offset(uint64_t address)
{
	FILE *maps = maps_of(looked_at);
	struct mapping mapping;
	bool found = maps && find_mapping(maps, address, &mapping, NULL);

	if (maps)
		fclose(maps);
	return found ? address - mapping.start + mapping.offset : address;
}
