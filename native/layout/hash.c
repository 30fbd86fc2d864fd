/* SPDX-License-Identifier: MIT */
/* FNV-1a over the layout table. */
#include "layout/hash.h"
#include "a4t.h"

#define FNV_START 0xcbf29ce484222325
#define FNV_PRIME 0x100000001b3

static uint64_t add_byte(uint64_t hash, uint8_t byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

/* Includes the terminating NUL, so that the hash depends on where a name ends. */
static uint64_t add_text(uint64_t hash, const char *text)
{
	do
		hash = add_byte(hash, *text);
	while (*text++);
	return hash;
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
	for (int shift = 0; shift < 64; shift += 8)
		hash = add_byte(hash, number >> shift);
	return hash;
}

static uint64_t add_rows(uint64_t hash, const struct layout_row *row)
{
	for (; row->name; row++) {
		hash = add_text(hash, row->name);
		hash = add_number(hash, row->value);
		hash = add_number(hash, row->bytes);
	}
	return hash;
}

uint64_t layout_hash(const struct layout_class *class)
{
	uint64_t hash = FNV_START;

	for (; class->name; class ++) {
		hash = add_rows(hash, class->numbers);
		for (const struct layout_type *type = class->types; type->c_name; type++) {
			hash = add_text(hash, type->c_name);
			hash = add_number(hash, type->bytes);
			hash = add_rows(hash, type->rows);
		}
	}
	return hash;
}

uint64_t a4t_layout_hash(void)
{
	return layout_hash(layout_classes);
}
