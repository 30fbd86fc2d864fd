/* SPDX-License-Identifier: MIT */
/*
 * Prints a class of the layout table as Java source: layout-java CLASS. Runs on the build machine, whose
 * processor may differ from that of the library.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "layout/hash.h"

#define LARGEST_SCALAR 8

static void print_upper(const char *name)
{
	while (*name)
		putchar(toupper((unsigned char)*name++));
}

static void print_lower(const char *name)
{
	while (*name)
		putchar(tolower((unsigned char)*name++));
}

static void print_constant(const char *indent, const char *name, const char *ending, uint64_t value)
{
	printf("%spublic static final int ", indent);
	print_upper(name);
	printf("%s = %" PRIu64 ";\n", ending, value);
}

static int is_padding(const struct layout_row *row)
{
	return !strcmp(row->name, "pad");
}

static void print_fields(const struct layout_type *type)
{
	print_constant("        ", "BYTES", "", type->bytes);
	for (const struct layout_row *row = type->rows; row->name; row++) {
		if (is_padding(row))
			continue;
		print_constant("        ", row->name, "", row->value);
		if (row->bytes > LARGEST_SCALAR)
			print_constant("        ", row->name, "_BYTES", row->bytes);
	}
}

static void print_names(const struct layout_type *type)
{
	printf("        public static final java.util.List<String> NAMES = java.util.List.of(");
	for (const struct layout_row *row = type->rows; row->name; row++) {
		printf(row == type->rows ? "\"" : ", \"");
		print_lower(row->name + strlen(type->prefix));
		putchar('"');
	}
	printf(");\n");
}

static void print_values(const struct layout_type *type)
{
	uint64_t count = 0;

	for (const struct layout_row *row = type->rows; row->name; row++, count++)
		print_constant("        ", row->name + strlen(type->prefix), "", row->value);
	print_constant("        ", "COUNT", "", count);
	if (type->has_names)
		print_names(type);
}

static void print_type(const struct layout_type *type)
{
	printf("\n    /** {@code %s}. */\n", type->c_name);
	printf("    public static final class %s {\n", type->java_name);
	if (type->bytes)
		print_fields(type);
	else
		print_values(type);
	printf("\n        private %s() {}\n    }\n", type->java_name);
}

static void print_class(const struct layout_class *class)
{
	printf("// Generated from %s by native/layout/java.c. Do not edit.\n", class->headers);
	printf("package %s;\n\n", class->package);
	printf("/** What Java shares with C: offsets and sizes in bytes, and constants. See %s. */\n",
	       class->headers);
	printf("public final class %s {\n", class->name);
	printf("    /** Hash of all layouts, those of other classes included: see native/layout/hash.c. "
	       "*/\n");
	printf("    public static final long HASH = 0x%016" PRIx64 "L;\n\n", layout_hash(layout_classes));
	for (const struct layout_row *row = class->numbers; row->name; row++)
		print_constant("    ", row->name, "", row->value);
	for (const struct layout_type *type = class->types; type->c_name; type++)
		print_type(type);
	printf("\n    private %s() {}\n}\n", class->name);
}

int main(int argc, char **argv)
{
	for (const struct layout_class *class = layout_classes; argc == 2 && class->name; class ++) {
		if (!strcmp(class->name, argv[1])) {
			print_class(class);
			return fflush(stdout) || ferror(stdout);
		}
	}
	fprintf(stderr, "usage: layout-java CLASS\n");
	return 1;
}
