/* SPDX-License-Identifier: MIT */
/* All types of the running kernel. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "session.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* NULL where the kernel does not let it be mapped, which it does from 6.15 on. */
static struct btf *from_mapped(void)
{
	int fd = open(KERNEL_BTF, O_RDONLY | O_CLOEXEC);
	struct btf *btf = NULL;
	struct stat status;
	void *types;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &status) && status.st_size) {
		types = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (types != MAP_FAILED) {
			btf = btf__new(types, status.st_size);
			munmap(types, status.st_size);
		}
	}
	close(fd);
	return btf;
}

/* libbpf copies what it is given: to map it first spares reading those 6 MB. */
struct btf *kernel_btf(void)
{
	struct btf *btf = from_mapped();

	return btf ? btf : btf__parse_raw(KERNEL_BTF);
}
