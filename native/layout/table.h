/* SPDX-License-Identifier: MIT */
/*
 * The layout table as data: one Java class each for the event records and for what else crosses between C and
 * Java. table.c takes all offsets, sizes and values from the compiler. hash.c and java.c read it.
 *
 * A new member or enum value needs only its row in the header that defines it. A new struct or enum needs a
 * line in table.c.
 */
#ifndef LAYOUT_TABLE_H
#define LAYOUT_TABLE_H

#include <stdint.h>

/* A member of a struct, a value of an enum, or a number. Lists of them end with a row without a name. */
struct layout_row {
	const char *name;
	uint64_t value; /* of a member: its offset in bytes */
	uint64_t bytes; /* of a member: its size; else 0 */
};

/* A nested Java class of constants. Lists of them end with a type without a C name. */
struct layout_type {
	const char *c_name;    /* "struct a4t_socket" */
	const char *java_name; /* "Socket" */
	const char *prefix;    /* of an enum: what Java's names of its values lack */
	uint64_t bytes;	       /* of a struct: its size; else 0 */
	const struct layout_row *rows;
	int has_names; /* the values count from 0, and Java needs their names as text */
};

/* A Java source file. Lists of them end with a class without a name. */
struct layout_class {
	const char *package;
	const char *name;
	const char *headers; /* where C defines all this, for the Javadoc */
	const struct layout_row *numbers;
	const struct layout_type *types;
};

extern const struct layout_class layout_classes[];

#endif
