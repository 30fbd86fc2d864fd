/* SPDX-License-Identifier: MIT */
/*
 * The few kernel types that the programs refer to, taken out of the kernel's more
 * than 100,000. libbpf looks for each referenced type among all that it is given,
 * by name: among the whole of /sys/kernel/btf/vmlinux that is most of a start.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "session.h"
#include "typed_reads.h"

struct extract {
	struct btf *kernel;
	struct btf *part;
	__u32 *ids;	/* in `part`, by id in `kernel`; 0 = not taken */
	__u32 *origins; /* in `kernel`, by id in `part` */
	char **names;	/* that the programs know, sorted */
	size_t name_count;
	int err; /* the first failure */
};

static bool has_kind(const struct btf_type *type, __u64 kinds)
{
	return kinds >> btf_kind(type) & 1;
}

#define KIND(name)  (1ULL << BTF_KIND_##name)
#define NAMED_KINDS (KIND(STRUCT) | KIND(UNION) | KIND(ENUM) | KIND(ENUM64))

/* What stands behind three underscores tells apart versions of one type: struct sock___scm is struct sock. */
static char *essential_name(const char *name)
{
	const char *flavor = strstr(name, "___");

	return strndup(name, flavor ? (size_t)(flavor - name) : strlen(name));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_names(struct extract *extract, const struct btf *programs)
{
	extract->names = calloc(btf__type_cnt(programs), sizeof(char *));
	for (__u32 id = 1; extract->names && id < btf__type_cnt(programs); id++) {
		const struct btf_type *type = btf__type_by_id(programs, id);

		if (has_kind(type, NAMED_KINDS) && type->name_off)
			extract->names[extract->name_count++] =
				essential_name(btf__name_by_offset(programs, type->name_off));
	}
	if (extract->names)
		qsort(extract->names, extract->name_count, sizeof(char *), by_text);
}

static bool is_known(const struct extract *extract, const char *name)
{
	return bsearch(&name, extract->names, extract->name_count, sizeof(char *), by_text);
}

/* The id in `part` of a type of the kernel's. */
static __u32 take(struct extract *extract, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(extract->kernel, id);
	int taken;

	if (id == 0 || (type && extract->ids[id]))
		return extract->ids[id];
	taken = type ? btf__add_type(extract->part, extract->kernel, type) : -EINVAL;
	if (taken < 0) {
		extract->err = taken;
		return 0;
	}
	extract->origins[taken] = id;
	return extract->ids[id] = taken;
}

static void take_known(struct extract *extract)
{
	__u32 count = btf__type_cnt(extract->kernel);

	for (__u32 id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(extract->kernel, id);

		if (has_kind(type, NAMED_KINDS) &&
		    is_known(extract, btf__name_by_offset(extract->kernel, type->name_off)))
			take(extract, id);
	}
}

/* A type of `part` may move whenever another one is added. */
static struct btf_type *part_type(const struct extract *extract, __u32 id)
{
	return (struct btf_type *)btf__type_by_id(extract->part, id);
}

/* What a type holds by value is taken as well; where a pointer leads does not matter to an access. */
static void take_held(struct extract *extract, __u32 id)
{
	struct btf_type *type = part_type(extract, id);
	__u32 held;

	if (has_kind(type, KIND(STRUCT) | KIND(UNION))) {
		for (__u16 i = 0; i < btf_vlen(part_type(extract, id)); i++) {
			held = take(extract, btf_members(part_type(extract, id))[i].type);
			btf_members(part_type(extract, id))[i].type = held;
		}
	} else if (has_kind(type, KIND(ARRAY))) {
		held = take(extract, btf_array(type)->type);
		btf_array(part_type(extract, id))->type = held;
		held = take(extract, btf_array(part_type(extract, id))->index_type);
		btf_array(part_type(extract, id))->index_type = held;
	} else if (has_kind(type, KIND(PTR))) {
		type->type = 0;
	} else if (has_kind(type,
			    KIND(TYPEDEF) | KIND(CONST) | KIND(VOLATILE) | KIND(RESTRICT) | KIND(TYPE_TAG))) {
		held = take(extract, type->type);
		part_type(extract, id)->type = held;
	}
}

/* Grows while it runs: what is taken stands at the end. */
static void take_all_held(struct extract *extract)
{
	for (__u32 id = 1; !extract->err && id < btf__type_cnt(extract->part); id++)
		take_held(extract, id);
}

/* What a type of the programs' enum stands for: the kernel's id of the struct; 0 = it has none. */
static __u32 type_id_of(const struct extract *extract, const char *enumerator)
{
	const char *name = enumerator + strlen(A4T_KERNEL_TYPE_PREFIX);
	__s32 id = btf__find_by_name_kind(extract->part, name, BTF_KIND_STRUCT);

	return id < 0 ? 0 : extract->origins[id];
}

static const char *enumerator(const struct btf *btf, const struct btf_type *type, __u16 i)
{
	return btf__name_by_offset(btf, btf_enum(type)[i].name_off);
}

static int add_type_ids(struct extract *extract, const struct btf *programs, const struct btf_type *wanted)
{
	int err = 0;

	for (__u16 i = 0; i < btf_vlen(wanted); i++)
		if (!type_id_of(extract, enumerator(programs, wanted, i)))
			return -ENOENT;
	err = btf__add_enum(extract->part, A4T_KERNEL_TYPES, sizeof(__u32));
	for (__u16 i = 0; err >= 0 && i < btf_vlen(wanted); i++) {
		const char *name = enumerator(programs, wanted, i);

		err = btf__add_enum_value(extract->part, name, type_id_of(extract, name));
	}
	if (err < 0)
		extract->err = err;
	return err < 0 ? err : 0;
}

/* The kernel's id of the kfunc when typed reads are possible, else 0. */
static __u32 allow_typed_reads(struct extract *extract, const struct btf *programs)
{
	__s32 kfunc = btf__find_by_name_kind(extract->kernel, "bpf_rdonly_cast", BTF_KIND_FUNC);
	__s32 wanted = btf__find_by_name_kind(programs, A4T_KERNEL_TYPES, BTF_KIND_ENUM);

	if (kfunc < 0 || wanted < 0 || add_type_ids(extract, programs, btf__type_by_id(programs, wanted)))
		return 0;
	return kfunc;
}

static int to_memory_file(const struct btf *btf)
{
	__u32 size;
	const void *data = btf__raw_data(btf, &size);
	int fd = data ? memfd_create("kernel types", MFD_CLOEXEC) : -1;

	if (fd < 0)
		return -errno;
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static struct kernel_types extract_types(struct extract *extract, const struct btf *programs)
{
	struct kernel_types types = {.fd = -ENOMEM};

	collect_names(extract, programs);
	extract->ids = calloc(btf__type_cnt(extract->kernel), sizeof(*extract->ids));
	extract->origins = calloc(btf__type_cnt(extract->kernel), sizeof(*extract->origins));
	if (!extract->names || !extract->ids || !extract->origins)
		return types;
	take_known(extract);
	take_all_held(extract);
	types.rdonly_cast = allow_typed_reads(extract, programs);
	types.fd = extract->err ? extract->err : to_memory_file(extract->part);
	return types;
}

static void free_extract(struct extract *extract)
{
	for (size_t i = 0; i < extract->name_count; i++)
		free(extract->names[i]);
	free(extract->names);
	free(extract->ids);
	free(extract->origins);
	btf__free(extract->part);
	btf__free(extract->kernel);
}

static struct kernel_types open_extract(const struct btf *programs)
{
	struct extract extract = {
		.kernel = kernel_btf(),
		.part = btf__new_empty(),
	};
	struct kernel_types types = {.fd = -errno};

	if (extract.kernel && extract.part)
		types = extract_types(&extract, programs);
	free_extract(&extract);
	return types;
}

static struct kernel_types types;

static void make_types(void)
{
	struct accept4_trace *skel;

	capture_libbpf_messages(false);
	skel = accept4_trace__open();
	types = skel ? open_extract(bpf_object__btf(skel->obj)) : (struct kernel_types){.fd = -errno};
	accept4_trace__destroy(skel);
}

const struct kernel_types *kernel_types(void)
{
	static pthread_once_t made = PTHREAD_ONCE_INIT;

	pthread_once(&made, make_types);
	return &types;
}
