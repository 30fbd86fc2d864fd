/* SPDX-License-Identifier: MIT */
#include "load/object.h"
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include "state.h"

struct accept4_trace *open_object(const char *btf_path)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = btf_path);

	return accept4_trace__open_opts(&options);
}

void give_back_memory(void)
{
	size_t page = sysconf(_SC_PAGESIZE), size;
	uintptr_t begin = (uintptr_t)accept4_trace__elf_bytes(&size), end = (begin + size) & -page;

	begin = (begin + page - 1) & -page;
	if (begin < end)
		madvise((void *)begin, end - begin, MADV_DONTNEED);
	malloc_trim(0);
}
