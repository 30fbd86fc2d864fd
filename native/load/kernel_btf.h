/* SPDX-License-Identifier: MIT */
/*
 * Reads the BTF of the running kernel in place, because libbpf's btf__new() copies it first, which takes
 * longer than the whole extraction (extract.h). See linux/btf.h and Documentation/bpf/btf.rst for the
 * format. The data is not trusted. Not thread-safe.
 */
#ifndef LOAD_KERNEL_BTF_H
#define LOAD_KERNEL_BTF_H

#include <bpf/btf.h>

/* Types differ in size, so an index records the position of every 64th type. */
#define MARK_DISTANCE 64

struct kernel_btf {
	const char *data;
	size_t size;
	const struct btf_type *first; /* id 1 */
	const char *end;	      /* end of the types */
	const char *names;
	__u32 name_bytes;
	__u32 count;		       /* number of ids, including 0 */
	const struct btf_type **marks; /* the types with ids 1, 1 + MARK_DISTANCE, ... */
};

/* Returns 0 or a negative errno; close_kernel_btf() must follow either way. */
int open_kernel_btf(struct kernel_btf *btf);
void close_kernel_btf(struct kernel_btf *btf);

/* Parses btf->size bytes at btf->data. Returns 0, -ENOMEM, or -EINVAL for an unknown format. */
int index_btf(struct kernel_btf *btf);

/* Returns NULL for an unknown id. */
const struct btf_type *type_of_id(const struct kernel_btf *btf, __u32 id);

/* The type after `type`; btf->end after the last one. */
const struct btf_type *type_behind(const struct btf_type *type);

/*
 * Returns the size in bytes of each entry that follows the type if these entries begin with a name, else 0.
 */
size_t named_entry_size(const struct btf_type *type);

/* Returns the number of arguments of a function; 0 if `id` is not a function. */
__u32 count_arguments(const struct kernel_btf *btf, __u32 id);

/* Returns an empty string for an invalid offset. */
const char *btf_name(const struct kernel_btf *btf, __u32 offset);

#endif
