/* SPDX-License-Identifier: MIT */
/* Files that a process has mapped, for libdwfl. All files are hostile: see proc/regular.h. */
#ifndef MAPPED_H
#define MAPPED_H

#include <stdbool.h>
#include <stdint.h>
#include <elfutils/libdwfl.h>
#include "proc/mounts.h"

/* One process. */
struct mapped {
	int tgid;
	Dwfl *dwfl;
	uint64_t bytes; /* of its open files */
};

/*
 * Sets the process whose files libdwfl finds from now on. Call this before any function that gets a Dwfl or a
 * Dwfl_Module.
 */
void look_at(struct mapped *mapped);

/* Opens a libdwfl session on process mapped->tgid. False if it has ended or must not be read. */
bool open_mapped(struct mapped *mapped);

/* Reads the mappings again. Returns false on failure. */
bool renew_mapped(struct mapped *mapped);

/* `mapped` may have failed to open. */
void close_mapped(struct mapped *mapped);

/* Why the file of a module is not read, NULL if it is. Valid until renew_mapped() or close_mapped(). */
const char *why_unread(Dwfl_Module *module);

/*
 * Finds the file that thread `tid` has mapped at `start`, the first address of a mapping. By `name` only if
 * CAP_CHECKPOINT_RESTORE is missing, because the process can put another file there. Returns a descriptor
 * with O_PATH, which the caller must close, or a negative errno; -ENOENT if no file is mapped there any more.
 * `type`: see find_below_root().
 */
int find_mapped_file(int32_t tid, uint64_t start, const char *name, char type[FILE_SYSTEM_BYTES]);

/* The offset in its file of an address in the process, from the memory maps; the address itself if unknown.
 */
uint64_t mapped_offset(uint64_t address);

#endif
