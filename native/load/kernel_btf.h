/* SPDX-License-Identifier: MIT */
/*
 * All types of the running kernel, read where they are: libbpf's btf__new() copies them first, which takes
 * longer than all that is done with them. The format is that of linux/btf.h and
 * Documentation/bpf/btf.rst. Nothing of it is trusted.
 */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <bpf/btf.h>

/* Types are as long as what they describe: only every so many is known by its place. */
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

/* Those of the running kernel; 0 or a negative errno. To be closed in either case. */
int open_kernel_btf(struct kernel_btf *btf);
void close_kernel_btf(struct kernel_btf *btf);

/* Finds its way in btf->data, of btf->size bytes; 0, or -EINVAL where it is no BTF that we know. */
int index_btf(struct kernel_btf *btf);

/* NULL when there is none. */
const struct btf_type *type_of_id(const struct kernel_btf *btf, __u32 id);

/* The type behind this one, or its end. */
const struct btf_type *type_behind(const struct btf_type *type);

/* How large the entries behind a type are, each of which begins with a name; 0: it has none such. */
size_t named_entry_size(const struct btf_type *type);

/* Empty where there is none. */
const char *btf_name(const struct kernel_btf *btf, __u32 offset);

#endif
