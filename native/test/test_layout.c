/* SPDX-License-Identifier: MIT */
/* Tests of the layout table and of its hash. */
#include <stdint.h>
#include "check.h"
#include "a4t.h"
#include "layout/hash.h"

#define FOR_EACH_TYPE(type)                                                            \
	for (const struct layout_class *class = layout_classes; class->name; class ++) \
		for (const struct layout_type *type = class->types; type->c_name; type++)

static void structs_have_no_hole(void)
{
	FOR_EACH_TYPE(type)
	{
		uint64_t end = 0;

		for (const struct layout_row *row = type->rows; type->bytes && row->name; row++) {
			CHECK_EQ(end, row->value);
			end = row->value + row->bytes;
		}
		CHECK_EQ(type->bytes, end);
	}
}

static void values_of_an_enum_share_their_prefix(void)
{
	FOR_EACH_TYPE(type)
	{
		for (const struct layout_row *row = type->rows; type->prefix && row->name; row++)
			CHECK(!strncmp(type->prefix, row->name, strlen(type->prefix)));
	}
}

static void named_values_count_from_zero(void)
{
	FOR_EACH_TYPE(type)
	{
		uint64_t next = 0;

		for (const struct layout_row *row = type->rows; type->has_names && row->name; row++)
			CHECK_EQ(next++, row->value);
	}
}

/* The hash of a single struct with two members. */
static uint64_t hash_of(uint64_t bytes, struct layout_row first, struct layout_row second)
{
	const struct layout_row rows[] = {first, second, {}}, numbers[] = {{}};
	const struct layout_type types[] = {{.c_name = "struct s", .bytes = bytes, .rows = rows}, {}};
	const struct layout_class classes[] = {{.name = "Layout", .numbers = numbers, .types = types}, {}};

	return layout_hash(classes);
}

static void every_change_of_a_struct_changes_the_hash(void)
{
	const struct layout_row fd = {"fd", 0, 4}, uid = {"uid", 4, 4};
	uint64_t hash = hash_of(8, fd, uid);

	CHECK_EQ(hash, hash_of(8, fd, uid));
	CHECK(hash != hash_of(16, fd, uid));
	CHECK(hash != hash_of(8, uid, fd));
	CHECK(hash != hash_of(8, (struct layout_row){"uid", 0, 4}, (struct layout_row){"fd", 4, 4}));
	CHECK(hash != hash_of(8, fd, (struct layout_row){"gid", 4, 4}));
	CHECK(hash != hash_of(8, fd, (struct layout_row){"uid", 8, 4}));
	CHECK(hash != hash_of(8, fd, (struct layout_row){"uid", 4, 2}));
	CHECK(hash != hash_of(8, fd, (struct layout_row){}));
}

/* The number of rows in a list, including the terminator. */
static size_t length_of(const struct layout_row *rows)
{
	size_t length = 1;

	while (rows[length - 1].name)
		length++;
	return length;
}

/* Hashes a table that has only this class, with the value of row `changed` in type `of` increased by one. */
static uint64_t hash_with(const struct layout_class *class, const struct layout_type *of, size_t changed)
{
	struct layout_row rows[64] = {};
	struct layout_type types[32] = {};
	struct layout_class classes[] = {*class, {}};

	memcpy(rows, of->rows, length_of(of->rows) * sizeof(*rows));
	rows[changed].value++;
	for (size_t i = 0; class->types[i].c_name; i++) {
		types[i] = class->types[i];
		if (&class->types[i] == of)
			types[i].rows = rows;
	}
	classes[0].types = types;
	return layout_hash(classes);
}

static void every_row_of_the_table_changes_the_hash(void)
{
	FOR_EACH_TYPE(type)
	{
		const struct layout_class alone[] = {*class, {}};

		for (size_t i = 0; type->rows[i].name; i++)
			CHECK(hash_with(class, type, i) != layout_hash(alone));
	}
}

static void the_library_exports_the_hash_of_the_whole_table(void)
{
	CHECK(a4t_layout_hash() == layout_hash(layout_classes));
}

int main(void)
{
	static const struct test tests[] = {
		{"structs have no hole", structs_have_no_hole},
		{"values of an enum share their prefix", values_of_an_enum_share_their_prefix},
		{"named values count from zero", named_values_count_from_zero},
		{"every change of a struct changes the hash", every_change_of_a_struct_changes_the_hash},
		{"every row of the table changes the hash", every_row_of_the_table_changes_the_hash},
		{"the library exports the hash of the whole table",
		 the_library_exports_the_hash_of_the_whole_table},
	};

	return RUN(tests);
}
