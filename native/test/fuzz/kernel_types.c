/* SPDX-License-Identifier: MIT */
/*
 * The extract of a kernel's types, whatever these are. Input: BTF; its header may be left out,
 * which a fuzzer hardly gets right: then how many bytes are types, the types, the texts.
 */
#include <linux/btf.h>
#include "fuzz.h"
#include "../../kernel_types.c"

static struct bytes kernel;

/* How large the entries behind a type are, each of which begins with a name; 0 where there are none. */
static size_t entry_size(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return sizeof(struct btf_param);
	default:
		return 0;
	}
}

/* libbpf itself reads a name that is beyond the texts. */
static bool has_all_names(const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *entry = (const char *)(type + 1);
		__u32 name = type->name_off;

		for (__u16 i = 0; btf__name_by_offset(btf, name) && i < btf_vlen(type); i++)
			if (entry_size(type))
				memcpy(&name, entry + i * entry_size(type), sizeof(name));
		if (!btf__name_by_offset(btf, name))
			return false;
	}
	return true;
}

/* A header may be of any length to libbpf, which itself reads the types behind it wherever they begin. */
static bool is_aligned(const struct btf *btf)
{
	return (uintptr_t)btf__type_by_id(btf, 1) % sizeof(__u32) == 0;
}

struct btf *kernel_btf(void)
{
	struct btf *btf = btf__new(kernel.at, kernel.len);

	if (!btf || (is_aligned(btf) && has_all_names(btf)))
		return btf;
	btf__free(btf);
	errno = EINVAL;
	return NULL;
}

static bool has_header(struct bytes input)
{
	__u16 magic = BTF_MAGIC;

	return input.len >= sizeof(magic) && !memcmp(input.at, &magic, sizeof(magic));
}

/* The first two bytes say how many are types; the rest are texts. */
static void *with_header(struct bytes input, size_t *size)
{
	struct btf_header header = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(header)};
	uint16_t types;
	uint8_t *btf;

	if (!take_bytes(&input, &types, sizeof(types)) || types > input.len)
		return NULL;
	header.type_len = header.str_off = types & ~3;
	header.str_len = input.len - header.type_len + 2;
	*size = sizeof(header) + header.type_len + header.str_len;
	btf = calloc(1, *size);
	memcpy(btf, &header, sizeof(header));
	memcpy(btf + sizeof(header), input.at, header.type_len);
	/* The first text is empty, and the last one ends. */
	memcpy(btf + sizeof(header) + header.type_len + 1, input.at + header.type_len,
	       input.len - header.type_len);
	return btf;
}

static void try_extract(struct bytes types)
{
	static struct accept4_trace *programs;
	struct btf *part;
	char path[64];
	int fd;

	if (!programs) {
		libbpf_set_print(NULL);
		programs = accept4_trace__open();
	}
	kernel = types;
	fd = open_extract(bpf_object__btf(programs->obj)).fd;
	REQUIRE(fd != 0);
	if (fd < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	part = btf__parse(path, NULL);
	btf__free(part);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	void *made;

	if (has_header(input)) {
		try_extract(input);
		return 0;
	}
	made = with_header(input, &input.len);
	input.at = made;
	if (made)
		try_extract(input);
	free(made);
	return 0;
}
