/* SPDX-License-Identifier: MIT */
/*
 * Replaces mmap() of the C library for everything that is loaded into this process.
 *
 * A JVM writes to nearly every page of the writable mappings of its CDS archive while it starts. Each first
 * write is a page fault: the kernel copies the page and, if the page has been read before, interrupts the
 * other CPUs. MAP_POPULATE copies all pages at once in a fraction of the time.
 */
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "launcher/launcher.h"

static volatile bool populates;

void populate_mappings(bool on)
{
	populates = on;
}

static bool is_private_copy(int protection, int flags, int fd)
{
	return fd >= 0 && protection & PROT_WRITE && flags & MAP_PRIVATE;
}

__attribute__((visibility("default"))) void *mmap(void *address, size_t len, int protection, int flags,
						  int fd, off_t offset)
{
	if (populates && is_private_copy(protection, flags, fd))
		flags |= MAP_POPULATE;
	return (void *)syscall(SYS_mmap, address, len, protection, flags, fd, offset);
}

/* libjvm.so calls mmap() by this name. Both are the same function, because off_t has 64 bits. */
__attribute__((visibility("default"), alias("mmap"))) void *mmap64(void *address, size_t len, int protection,
								   int flags, int fd, off64_t offset);
