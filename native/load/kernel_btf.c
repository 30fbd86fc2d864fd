/* SPDX-License-Identifier: MIT */
#include "load/kernel_btf.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

#define KINDS (BTF_KIND_ENUM64 + 1)

/*
 * For each kind: the number of bytes that follow struct btf_type once, and the size of each of its btf_vlen()
 * entries.
 */
static const struct {
	__u8 once, entry;
	bool named; /* each entry begins with a name */
} tails[KINDS] = {
	[BTF_KIND_INT] = {.once = sizeof(__u32)},
	[BTF_KIND_ARRAY] = {.once = sizeof(struct btf_array)},
	[BTF_KIND_STRUCT] = {.entry = sizeof(struct btf_member), .named = true},
	[BTF_KIND_UNION] = {.entry = sizeof(struct btf_member), .named = true},
	[BTF_KIND_ENUM] = {.entry = sizeof(struct btf_enum), .named = true},
	[BTF_KIND_FUNC_PROTO] = {.entry = sizeof(struct btf_param), .named = true},
	[BTF_KIND_VAR] = {.once = sizeof(struct btf_var)},
	[BTF_KIND_DATASEC] = {.entry = sizeof(struct btf_var_secinfo)},
	[BTF_KIND_DECL_TAG] = {.once = sizeof(struct btf_decl_tag)},
	[BTF_KIND_ENUM64] = {.entry = sizeof(struct btf_enum64), .named = true},
};

static size_t size_of(const struct btf_type *type)
{
	return sizeof(*type) + tails[btf_kind(type)].once + tails[btf_kind(type)].entry * btf_vlen(type);
}

const struct btf_type *type_behind(const struct btf_type *type)
{
	return (const void *)type + size_of(type);
}

size_t named_entry_size(const struct btf_type *type)
{
	return tails[btf_kind(type)].named ? tails[btf_kind(type)].entry : 0;
}

static bool is_whole(const struct btf_type *type, const char *end)
{
	size_t left = end - (const char *)type;

	return left >= sizeof(*type) && btf_kind(type) < KINDS && left >= size_of(type);
}

/* `len` bytes at `offset` after the header; NULL if they exceed the data. */
static const char *part(const struct kernel_btf *btf, __u32 offset, __u32 len)
{
	const struct btf_header *header = (const void *)btf->data;
	__u64 begin = (__u64)header->hdr_len + offset;

	return begin + len > btf->size ? NULL : btf->data + begin;
}

static int find_parts(struct kernel_btf *btf)
{
	const struct btf_header *header = (const void *)btf->data;

	if (btf->size < sizeof(*header) || header->magic != BTF_MAGIC || header->hdr_len < sizeof(*header))
		return -EINVAL;
	btf->first = (const void *)part(btf, header->type_off, header->type_len);
	btf->names = part(btf, header->str_off, header->str_len);
	btf->name_bytes = header->str_len;
	if (!btf->first || (uintptr_t)btf->first % sizeof(__u32) || !btf->names || !btf->name_bytes ||
	    btf->names[btf->name_bytes - 1])
		return -EINVAL;
	btf->end = (const char *)btf->first + header->type_len;
	return 0;
}

int index_btf(struct kernel_btf *btf)
{
	const struct btf_type *type;
	int err = find_parts(btf);

	if (err)
		return err;
	btf->marks = calloc((btf->end - (const char *)btf->first) / sizeof(*type) / MARK_DISTANCE + 1,
			    sizeof(*btf->marks));
	if (!btf->marks)
		return -ENOMEM;
	btf->count = 1;
	for (type = btf->first; (const char *)type < btf->end; type = type_behind(type)) {
		if (!is_whole(type, btf->end))
			return -EINVAL;
		if (btf->count % MARK_DISTANCE == 1)
			btf->marks[btf->count / MARK_DISTANCE] = type;
		btf->count++;
	}
	return 0;
}

const struct btf_type *type_of_id(const struct kernel_btf *btf, __u32 id)
{
	const struct btf_type *type;

	if (id == 0 || id >= btf->count)
		return NULL;
	type = btf->marks[(id - 1) / MARK_DISTANCE];
	for (__u32 rest = (id - 1) % MARK_DISTANCE; rest; rest--)
		type = type_behind(type);
	return type;
}

static const struct btf_type *type_of_kind(const struct kernel_btf *btf, __u32 id, __u16 kind)
{
	const struct btf_type *type = type_of_id(btf, id);

	return type && btf_kind(type) == kind ? type : NULL;
}

__u32 count_arguments(const struct kernel_btf *btf, __u32 id)
{
	const struct btf_type *function = type_of_kind(btf, id, BTF_KIND_FUNC), *arguments = NULL;

	if (function)
		arguments = type_of_kind(btf, function->type, BTF_KIND_FUNC_PROTO);
	return arguments ? btf_vlen(arguments) : 0;
}

const char *btf_name(const struct kernel_btf *btf, __u32 offset)
{
	return offset < btf->name_bytes ? btf->names + offset : "";
}

static void *read_whole(int fd, size_t size)
{
	char *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ssize_t count = 1;

	if (data == MAP_FAILED)
		return data;
	madvise(data, size, MADV_HUGEPAGE);
	for (size_t done = 0; count > 0 && done < size; done += count)
		count = read(fd, data + done, size - done);
	if (count > 0)
		return data;
	munmap(data, size);
	return MAP_FAILED;
}

/* Maps the file, or reads it on older kernels, which cannot map it. */
static int get_data(struct kernel_btf *btf, int fd)
{
	struct stat status;
	void *data;

	if (fstat(fd, &status))
		return -errno;
	data = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		data = read_whole(fd, status.st_size);
	if (data == MAP_FAILED)
		return -EIO;
	btf->data = data;
	btf->size = status.st_size;
	return index_btf(btf);
}

int open_kernel_btf(struct kernel_btf *btf)
{
	int err, fd = open(KERNEL_BTF, O_RDONLY | O_CLOEXEC);

	*btf = (struct kernel_btf){};
	if (fd < 0)
		return -errno;
	err = get_data(btf, fd);
	close(fd);
	return err;
}

void close_kernel_btf(struct kernel_btf *btf)
{
	if (btf->data)
		munmap((void *)btf->data, btf->size);
	free(btf->marks);
	*btf = (struct kernel_btf){};
}
