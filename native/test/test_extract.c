/* SPDX-License-Identifier: MIT */
/*
 * Compares the extract of the kernel's BTF with the complete BTF: members that the programs read must have
 * the same offsets.
 */
#include <bpf/btf.h>
#include "check.h"
#include "load/extract.h"
#include "state.h"

static struct btf *kernel, *part;

static const struct btf_type *structure(const struct btf *btf, const char *name)
{
	__s32 id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

static void check_same_members(const char *name)
{
	const struct btf_type *whole = structure(kernel, name), *copy = structure(part, name);

	CHECK(whole && copy);
	if (!whole || !copy)
		return;
	CHECK_EQ(whole->size, copy->size);
	CHECK_EQ(btf_vlen(whole), btf_vlen(copy));
	for (__u16 i = 0; i < btf_vlen(whole); i++) {
		const struct btf_member *a = &btf_members(whole)[i], *b = &btf_members(copy)[i];

		CHECK_TEXT(btf__name_by_offset(kernel, a->name_off), btf__name_by_offset(part, b->name_off));
		CHECK_EQ(a->offset, b->offset);
		CHECK_EQ(btf__resolve_size(kernel, a->type), btf__resolve_size(part, b->type));
	}
}

static void structs_are_as_in_the_kernels_btf(void)
{
	static const char *const names[] = {"task_struct", "sock",	"sock_common",
					    "tcp_sock",	   "unix_sock", "socket"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_same_members(names[i]);
}

static void types_that_no_program_uses_are_missing(void)
{
	CHECK(structure(kernel, "super_operations"));
	CHECK(!structure(part, "super_operations"));
	CHECK(btf__type_cnt(part) * 10 < btf__type_cnt(kernel));
}

static void enums_are_included(void)
{
	CHECK(btf__find_by_name_kind(part, "bpf_func_id", BTF_KIND_ENUM) > 0);
}

static void the_extract_is_made_once(void)
{
	a4t_prepare(NULL);
	CHECK_EQ(kernel_types()->fd, kernel_types()->fd);
}

int main(void)
{
	static const struct test tests[] = {
		{"structs are as in the kernel's BTF", structs_are_as_in_the_kernels_btf},
		{"types that no program uses are missing", types_that_no_program_uses_are_missing},
		{"enums are included", enums_are_included},
		{"the extract is made once", the_extract_is_made_once},
	};
	char path[64];
	int status;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", kernel_types()->fd);
	kernel = btf__parse_raw("/sys/kernel/btf/vmlinux");
	part = btf__parse_raw(path);
	if (!kernel || !part) {
		printf("FAILED: cannot read the kernel's types\n0 passed, 1 failed, 0 skipped\n");
		return EXIT_FAILURE;
	}
	status = RUN(tests);
	btf__free(part);
	btf__free(kernel);
	return status;
}
