/* SPDX-License-Identifier: MIT */
#include "load/extract.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "a4t.h"
#include "accept4_trace.skel.h"
#include "base/messages.h"
#include "load/functions.h"
#include "load/kernel_btf.h"
#include "load/unix_exits.h"
#include "load/object.h"
#include "load/walks.h"

struct buffer {
	char *bytes;
	size_t len, cap;
};

/* The extract is BTF with its own ids, starting at 1. */
struct extract {
	struct kernel_btf kernel;
	struct buffer types, names; /* of the extract */
	struct buffer origins;	    /* __u32 ids in `kernel`, indexed by id in the extract */
	__u32 functions[FUNCTIONS]; /* ids in `kernel`; 0 = missing */
	char **known;		    /* names that the programs use, sorted */
	size_t known_count;
	int err; /* the first failure */
};

static bool has_kind(const struct btf_type *type, __u64 kinds)
{
	return kinds >> btf_kind(type) & 1;
}

/* A typical extract has about 30 KB, half of it strings. */
#define FIRST_BUFFER 16384

#define KIND(name)  (1ULL << BTF_KIND_##name)
#define NAMED_KINDS (KIND(STRUCT) | KIND(UNION) | KIND(ENUM) | KIND(ENUM64))

/* libbpf ignores three underscores and what follows: struct sock___scm is a flavor of struct sock. */
static char *essential_name(const char *name)
{
	const char *flavor = strstr(name, "___");

	return strndup(name, flavor ? (size_t)(flavor - name) : strlen(name));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_known(struct extract *extract, const struct btf *programs)
{
	extract->known = calloc(btf__type_cnt(programs), sizeof(char *));
	if (!extract->known)
		extract->err = -ENOMEM;
	for (__u32 id = 1; extract->known && id < btf__type_cnt(programs); id++) {
		const struct btf_type *type = btf__type_by_id(programs, id);

		if (has_kind(type, NAMED_KINDS) && type->name_off)
			extract->known[extract->known_count++] =
				essential_name(btf__name_by_offset(programs, type->name_off));
	}
	if (extract->known)
		qsort(extract->known, extract->known_count, sizeof(char *), by_text);
}

static bool is_known(const struct extract *extract, const char *name)
{
	return bsearch(&name, extract->known, extract->known_count, sizeof(char *), by_text);
}

/* Returns the offset in the buffer. */
static size_t append(struct extract *extract, struct buffer *buffer, const void *bytes, size_t len)
{
	size_t at = buffer->len, cap = buffer->cap ? buffer->cap : FIRST_BUFFER;
	char *grown;

	while (cap < at + len)
		cap *= 2;
	grown = cap == buffer->cap ? buffer->bytes : realloc(buffer->bytes, cap);
	if (!grown) {
		extract->err = -ENOMEM;
		return 0;
	}
	*buffer = (struct buffer){grown, at + len, cap};
	memcpy(grown + at, bytes, len);
	return at;
}

static __u32 add_name(struct extract *extract, const char *name)
{
	return *name ? append(extract, &extract->names, name, strlen(name) + 1) : 0;
}

static __u32 part_count(const struct extract *extract)
{
	return extract->origins.len / sizeof(__u32);
}

static __u32 origin(const struct extract *extract, __u32 id)
{
	return ((const __u32 *)extract->origins.bytes)[id];
}

/* Returns the offset of the type. */
static size_t add_type(struct extract *extract, __u32 origin, const struct btf_type *type, size_t size)
{
	append(extract, &extract->origins, &origin, sizeof(origin));
	return append(extract, &extract->types, type, size);
}

/* Valid until another type is added. */
static struct btf_type *type_at(const struct extract *extract, size_t at)
{
	return (void *)(extract->types.bytes + at);
}

static void copy_type(struct extract *extract, __u32 id, const struct btf_type *type)
{
	size_t entry = named_entry_size(type), size = (const char *)type_behind(type) - (const char *)type;
	char *copy = (char *)type_at(extract, add_type(extract, id, type, size));

	if (extract->err)
		return;
	/* The name is the first field of the type and of each entry. */
	for (char *name = copy; name < copy + size; name += name == copy ? sizeof(*type) : entry) {
		*(__u32 *)name = add_name(extract, btf_name(&extract->kernel, *(__u32 *)name));
		if (!entry)
			break;
	}
}

/* Adds a type of the kernel, unless it has been added before. Returns its id in the extract. */
static __u32 take(struct extract *extract, __u32 id)
{
	const struct btf_type *type;

	for (__u32 taken = 0; taken < part_count(extract); taken++)
		if (origin(extract, taken) == id)
			return taken;
	type = type_of_id(&extract->kernel, id);
	if (type)
		copy_type(extract, id, type);
	else
		extract->err = -EINVAL;
	return extract->err ? 0 : part_count(extract) - 1;
}

static void take_known(struct extract *extract)
{
	const struct btf_type *type = extract->kernel.first;

	for (__u32 id = 1; id < extract->kernel.count; id++, type = type_behind(type)) {
		if (has_kind(type, NAMED_KINDS) &&
		    is_known(extract, btf_name(&extract->kernel, type->name_off)))
			take(extract, id);
		else if (has_kind(type, KIND(FUNC)))
			note_function(extract->functions, id, btf_name(&extract->kernel, type->name_off));
	}
}

/* Adds the types contained by value. Pointers become pointers to void, which suffices for relocation. */
static void take_held(struct extract *extract, size_t at)
{
	struct btf_type *type = type_at(extract, at);
	__u32 held;

	if (has_kind(type, KIND(STRUCT) | KIND(UNION))) {
		for (__u16 i = 0; i < btf_vlen(type_at(extract, at)); i++) {
			held = take(extract, btf_members(type_at(extract, at))[i].type);
			btf_members(type_at(extract, at))[i].type = held;
		}
	} else if (has_kind(type, KIND(ARRAY))) {
		held = take(extract, btf_array(type)->type);
		btf_array(type_at(extract, at))->type = held;
		held = take(extract, btf_array(type_at(extract, at))->index_type);
		btf_array(type_at(extract, at))->index_type = held;
	} else if (has_kind(type, KIND(PTR))) {
		type->type = 0;
	} else if (has_kind(type,
			    KIND(TYPEDEF) | KIND(CONST) | KIND(VOLATILE) | KIND(RESTRICT) | KIND(TYPE_TAG))) {
		held = take(extract, type->type);
		type_at(extract, at)->type = held;
	}
}

/* The extract grows during the loop, because take_held() adds types to it. */
static void take_all_held(struct extract *extract)
{
	size_t at = 0;

	while (!extract->err && at < extract->types.len) {
		take_held(extract, at);
		at = (const char *)type_behind(type_at(extract, at)) - extract->types.bytes;
	}
}

/* Returns a struct or enum of the kernel, and its id in the extract; NULL if the kernel has none. */
static const struct btf_type *find_type(const struct extract *extract, const char *name, __u32 *id)
{
	const struct btf_type *type = type_at(extract, 0);

	for (*id = 1; *id < part_count(extract); ++*id, type = type_behind(type))
		if (has_kind(type, NAMED_KINDS) && !strcmp(name, extract->names.bytes + type->name_off))
			return type;
	return NULL;
}

/* Whether the kernel has the struct with the member, or the enum with the enumerator. */
static bool has_member(const struct extract *extract, const char *name, const char *member)
{
	__u32 id;
	const struct btf_type *type = find_type(extract, name, &id);
	const char *entry = type ? (const char *)(type + 1) : NULL;

	for (__u16 i = 0; type && i < btf_vlen(type); i++, entry += named_entry_size(type))
		if (!strcmp(member, extract->names.bytes + *(const __u32 *)entry))
			return true;
	return false;
}

/* Returns the kernel's id of the struct that `enumerator` names after its prefix; 0 if there is none. */
static __u32 type_id_of(const struct extract *extract, const char *enumerator)
{
	__u32 id;

	return find_type(extract, enumerator + strlen(A4T_KERNEL_TYPE_PREFIX), &id) ? origin(extract, id) : 0;
}

/*
 * Adds a copy of the enum A4T_KERNEL_TYPES, which is `wanted` in `programs`. Each enumerator names a struct;
 * its value in the copy is the id of this struct in the kernel's BTF. Returns false and adds nothing if the
 * kernel does not have one of the structs.
 */
static bool add_type_ids(struct extract *extract, const struct btf *programs, const struct btf_type *wanted)
{
	size_t begin = extract->types.len;
	__u16 count = btf_vlen(wanted);
	struct btf_type type = {
		.name_off = add_name(extract, A4T_KERNEL_TYPES),
		.info = BTF_KIND_ENUM << 24 | count,
		.size = sizeof(__u32),
	};

	append(extract, &extract->types, &type, sizeof(type));
	for (__u16 i = 0; i < count; i++) {
		const char *name = btf__name_by_offset(programs, btf_enum(wanted)[i].name_off);
		struct btf_enum id = {add_name(extract, name), type_id_of(extract, name)};

		append(extract, &extract->types, &id, sizeof(id));
		if (!id.val) {
			extract->types.len = begin;
			return false;
		}
	}
	return true;
}

/* Whether the programs can use typed reads. */
static bool allow_typed_reads(struct extract *extract, const struct btf *programs)
{
	__s32 wanted = btf__find_by_name_kind(programs, A4T_KERNEL_TYPES, BTF_KIND_ENUM);

	return extract->functions[FUNCTION_bpf_rdonly_cast] && wanted >= 0 &&
	       add_type_ids(extract, programs, btf__type_by_id(programs, wanted));
}

/* Adds enum A4T_KERNEL_FUNCTIONS. The programs test whether its enumerators exist, but not their values. */
static void allow_keeping_processor(struct extract *extract)
{
	static const char *const names[] = {"A4T_FUNCTION_preempt", "A4T_FUNCTION_faultable"};
	int count = extract->functions[FUNCTION_FAULTABLE] ? 2 : 1;
	struct btf_type type = {.info = BTF_KIND_ENUM << 24 | count, .size = sizeof(__u32)};

	if (!extract->functions[FUNCTION_bpf_preempt_disable] ||
	    !extract->functions[FUNCTION_bpf_preempt_enable])
		return;
	type.name_off = add_name(extract, A4T_KERNEL_FUNCTIONS);
	append(extract, &extract->types, &type, sizeof(type));
	for (int i = 0; i < count; i++) {
		struct btf_enum function = {.name_off = add_name(extract, names[i])};

		append(extract, &extract->types, &function, sizeof(function));
	}
}

/* Returns a descriptor, or a negative errno. */
static int to_memory_file(const struct extract *extract)
{
	const struct buffer *types = &extract->types, *names = &extract->names;
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = types->len,
		.str_off = types->len,
		.str_len = names->len,
	};
	struct iovec parts[] = {
		{&header, sizeof(header)}, {types->bytes, types->len}, {names->bytes, names->len}};
	int fd = memfd_create("kernel types", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (writev(fd, parts, 3) == (ssize_t)(sizeof(header) + types->len + names->len))
		return fd;
	close(fd);
	return -EIO;
}

/* Id 0 is void, and the string at 0 is empty (Documentation/bpf/btf.rst). */
static void begin_part(struct extract *extract)
{
	__u32 none = 0;

	append(extract, &extract->origins, &none, sizeof(none));
	append(extract, &extract->names, "", 1);
	append(extract, &extract->types, "", 0);
}

static struct kernel_types extract_types(struct extract *extract, const struct btf *programs)
{
	struct kernel_types types = {};

	begin_part(extract);
	collect_known(extract, programs);
	if (!extract->err)
		take_known(extract);
	take_all_held(extract);
	if (!extract->err) {
		types.unix_listener = has_member(extract, "unix_sock", "listener");
		types.overflow_reason =
			has_member(extract, "skb_drop_reason", "SKB_DROP_REASON_TCP_LISTEN_OVERFLOW");
		types.typed = allow_typed_reads(extract, programs);
	}
	if (types.typed)
		allow_keeping_processor(extract);
	memcpy(types.functions, extract->functions, sizeof(types.functions));
	types.find_other_args = count_arguments(&extract->kernel, types.functions[FUNCTION_UNIX_FIND_OTHER]);
	types.fd = extract->err ? extract->err : to_memory_file(extract);
	return types;
}

static void free_extract(struct extract *extract)
{
	for (size_t i = 0; i < extract->known_count; i++)
		free(extract->known[i]);
	free(extract->known);
	free(extract->types.bytes);
	free(extract->names.bytes);
	free(extract->origins.bytes);
	close_kernel_btf(&extract->kernel);
}

static struct kernel_types open_extract(const struct btf *programs)
{
	struct extract extract = {};
	struct kernel_types types = {.fd = open_kernel_btf(&extract.kernel)};

	if (types.fd == 0)
		types = extract_types(&extract, programs);
	free_extract(&extract);
	return types;
}

static struct kernel_types types;

static void make_types(void)
{
	struct accept4_trace *skel;
	int err;

	capture_libbpf_messages();
	err = register_walks(&types.functions[FUNCTION_WALK_TASKS], &types.functions[FUNCTION_WALK_FILES]);
	err = err ? err
		  : register_unix_exits(&types.functions[FUNCTION_UNIX_FIND_OTHER],
					&types.functions[FUNCTION_UNIX_STREAM_CONNECT]);
	skel = err ? NULL : open_object(NULL);
	types = skel ? open_extract(bpf_object__btf(skel->obj))
		     : (struct kernel_types){.fd = err ? err : -errno};
	accept4_trace__destroy(skel);
}

const struct kernel_types *kernel_types(void)
{
	static pthread_once_t made = PTHREAD_ONCE_INIT;

	pthread_once(&made, make_types);
	return &types;
}
