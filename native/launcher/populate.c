/* SPDX-License-Identifier: MIT */
/*
 * In the C library's place for all that is loaded into this process: mmap().
 *
 * While a virtual machine starts it writes to nearly every page of what it maps of its archive of
 * classes to be written to. Each is a fault, in which the kernel copies the page and, if it has been
 * read before, interrupts the other processors as well. All at once they take a fraction of that.
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

/* The same where addresses are of 64 bits, and what libjvm.so calls. */
__attribute__((visibility("default"), alias("mmap"))) void *mmap64(void *address, size_t len, int protection,
								   int flags, int fd, off64_t offset);
