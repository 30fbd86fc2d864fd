/* SPDX-License-Identifier: MIT */
/*
 * All types of the running kernel, read in place: libbpf's btf__new() copies them first, which takes longer
 * than the whole extraction. The format is that of linux/btf.h and Documentation/bpf/btf.rst; the data are
 * not trusted. One thread uses a struct kernel_btf.
 */
#ifndef LOAD_KERNEL_BTF_H
#define LOAD_KERNEL_BTF_H

#include <bpf/btf.h>

/* Types differ in size, so their places are recorded, for one of this many. */
#define MARK_DISTANCE 64

struct kernel_btf {
	const char *data;
	size_t size;
	const struct btf_type *first; /* that of id 1 */
	const char *end;	      /* of the types */
	const char *names;
	__u32 name_bytes;
	__u32 count;		       /* of ids, with 0 */
	const struct btf_type **marks; /* of the ids 1, 1 + MARK_DISTANCE, ... */
};

/* 0 or a negative errno. close_kernel_btf() must follow either way. */
int open_kernel_btf(struct kernel_btf *btf);
void close_kernel_btf(struct kernel_btf *btf);

/* Parses btf->size bytes at btf->data. 0, -ENOMEM, or -EINVAL for a format that we do not know. */
int index_btf(struct kernel_btf *btf);

/* NULL if there is none. */
const struct btf_type *type_of_id(const struct kernel_btf *btf, __u32 id);

/* The type after this one; the end after the last. */
const struct btf_type *type_behind(const struct btf_type *type);

/* Bytes of each entry after a type that begins with a name; 0 if the type has no such entries. */
size_t named_entry_size(const struct btf_type *type);

/* Empty if there is none. */
const char *btf_name(const struct kernel_btf *btf, __u32 offset);

#endif
