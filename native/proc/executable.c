/* SPDX-License-Identifier: MIT */
/* Reads the ELF header of the program that a process runs. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"
#include "proc/regular.h"

static int open_executable(int32_t tid)
{
	char link[64], type[FILE_SYSTEM_BYTES];
	int found, fd;

	snprintf(link, sizeof(link), "/proc/%d/exe", tid);
	found = open(link, O_PATH | O_CLOEXEC);
	if (found < 0)
		return -errno;
	fd = open_regular(found, tid, UINT64_MAX, type);
	close(found);
	return fd;
}

int a4t_is_32_bit(int32_t tgid)
{
	unsigned char ident[EI_NIDENT];
	int fd = open_executable(living_thread(tgid));
	ssize_t len;

	if (fd < 0)
		return fd;
	len = pread(fd, ident, sizeof(ident), 0);
	close(fd);
	if (len < (ssize_t)sizeof(ident) || memcmp(ident, ELFMAG, SELFMAG))
		return -ENOEXEC;
	return ident[EI_CLASS] == ELFCLASS32;
}
