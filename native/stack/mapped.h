/* SPDX-License-Identifier: MIT */
/* Files that a process has mapped, for libdwfl. All of them may be hostile. */
#ifndef MAPPED_H
#define MAPPED_H

#include <stdbool.h>
#include <stdint.h>
#include "proc/mounts.h"
#include "stack/libdw.h"

/*
 * Functions that open files for the unwinder, which has no right to open them itself. They return a
 * descriptor, which the caller must close, or a negative errno.
 */
struct supplier {
	int (*open_maps)(int32_t tgid);
	/* `start` and `unread`: see open_mapped_file() of the tool. */
	int (*open_file)(int32_t tgid, uint64_t start, char unread[FILE_SYSTEM_BYTES]);
};

/* The mapped files of one process. */
struct mapped {
	int tgid;
	const struct supplier *supplier;
	Dwfl *dwfl;
	char *maps; /* the text of /proc/PID/maps; NULL = none */
	size_t maps_len;
	uint64_t bytes;	  /* of its open files */
	bool lacks_files; /* its maps could not be opened, because too many files are open */
};

/* Why a file or a process is not read if the limit on open files is reached. */
#define TOO_MANY_FILES "too many open files"

/*
 * Sets the process whose files libdwfl finds from now on. Call this before any function that gets a Dwfl or a
 * Dwfl_Module.
 */
void look_at(struct mapped *mapped);

/*
 * Opens a libdwfl session on process mapped->tgid with the files of mapped->supplier. Returns false if the
 * process has ended, or if its memory maps cannot be read.
 */
bool open_mapped(struct mapped *mapped);

/* Reads the mappings again. Returns false on failure. */
bool renew_mapped(struct mapped *mapped);

/* `mapped` may have failed to open. */
void close_mapped(struct mapped *mapped);

/* Why the file of a module is not read; NULL if it is read. Valid until renew_mapped() or close_mapped(). */
const char *why_unread(Dwfl_Module *module);

/*
 * Returns why the file of an address is unknown: TOO_MANY_FILES if the maps could not be opened for this
 * reason. Otherwise NULL; the address may be in no file.
 */
const char *why_unmapped(const struct mapped *mapped);

/* Converts an address in the process to an offset in the mapped file; returns unknown addresses unchanged. */
uint64_t mapped_offset(uint64_t address);

#endif
