/* SPDX-License-Identifier: MIT */
/*
 * The layout table as data: one Java class for the event records, and one for everything else that C and Java
 * share. table.c takes all offsets, sizes and values from the compiler. hash.c and java.c read the table.
 *
 * A new member or enum value only needs its row in the header that defines it. A new struct or enum needs a
 * line in table.c.
 */
#ifndef LAYOUT_TABLE_H
#define LAYOUT_TABLE_H

#include <stdint.h>

/* A member of a struct, a value of an enum, or a number. A row without a name ends a list. */
struct layout_row {
	const char *name;
	uint64_t value; /* the offset of a member in bytes, or the value itself */
	uint64_t bytes; /* of a member: its size; else 0 */
};

/* A nested Java class of constants. A type without a C name ends a list. */
struct layout_type {
	const char *c_name;    /* e.g. "struct a4t_socket" */
	const char *java_name; /* e.g. "Socket" */
	const char *prefix;    /* of an enum: prefix of the values in C, which the Java names omit */
	uint64_t bytes;	       /* of a struct: its size; else 0 */
	const struct layout_row *rows;
	int has_names; /* the values count from 0, and Java gets their names as strings */
};

/* A Java source file. A class without a name ends a list. */
struct layout_class {
	const char *package;
	const char *name;
	const char *headers; /* C headers with the definitions, for the Javadoc */
	const struct layout_row *numbers;
	const struct layout_type *types;
};

extern const struct layout_class layout_classes[];

#endif
