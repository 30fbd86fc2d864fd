/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the extraction of types from the kernel's BTF. Input: BTF, or input for with_header(), because a
 * fuzzer rarely finds a valid BTF header.
 */
#include <linux/btf.h>
#include "fuzz.h"
#include "../../load/extract.c"

static bool has_header(struct bytes input)
{
	__u16 magic = BTF_MAGIC;

	return input.len >= sizeof(magic) && !memcmp(input.at, &magic, sizeof(magic));
}

/*
 * Builds BTF from input without a header: two bytes with the length of the types, then the types and the
 * strings.
 */
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
	/* The first string is empty, and the last one is terminated. */
	memcpy(btf + sizeof(header) + header.type_len + 1, input.at + header.type_len,
	       input.len - header.type_len);
	return btf;
}

static void try_extract(struct bytes types)
{
	static struct accept4_trace *programs;
	struct extract extract = {.kernel = {.data = (const char *)types.at, .size = types.len}};
	struct btf *part;
	char path[64];
	int fd;

	if (!programs) {
		libbpf_set_print(NULL);
		programs = accept4_trace__open();
	}
	fd = index_btf(&extract.kernel);
	if (fd == 0)
		fd = extract_types(&extract, bpf_object__btf(programs->obj)).fd;
	/* free_extract() must not unmap the input. */
	extract.kernel.data = NULL;
	free_extract(&extract);
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
