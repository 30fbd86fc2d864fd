/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the parsers of files in /proc. These files contain names that a traced process can choose, e.g. of
 * mounts and programs. Input: struct asked, then a text for all parsers.
 */
#include <inttypes.h>
#include "fuzz.h"
#include "proc/maps.h"
#include "proc/mounts.h"
#include "proc/program.h"

struct asked {
	uint64_t address;
	uint32_t mount;
};

static bool contains(const struct bytes *text, const char *part)
{
	return memmem(text->at, text->len, part, strlen(part));
}

/*
 * The type decides whether a file system is trusted, so no other part of the line may be mistaken for the
 * type.
 */
static void check_mounts(FILE *file, const struct bytes *text, uint32_t mount)
{
	char type[FILE_SYSTEM_BYTES], field[FILE_SYSTEM_BYTES + 8], id[16];

	if (!find_file_system(file, mount, type))
		return;
	REQUIRE(memchr(type, '\0', sizeof(type)));
	REQUIRE(!strpbrk(type, " .\n"));
	snprintf(field, sizeof(field), " - %s", type);
	snprintf(id, sizeof(id), "%" PRIu32, mount);
	REQUIRE(contains(text, field) && contains(text, id));
}

static void check_maps(FILE *file, uint64_t address)
{
	struct mapping mapping;
	char name[PATH_MAX];

	if (!find_mapping(file, address, &mapping, name))
		return;
	REQUIRE(mapping.start <= address && address < mapping.end);
	REQUIRE(memchr(name, '\0', sizeof(name)) && !strchr(name, '\n'));
}

static void check_program(const struct bytes *text)
{
	char *stat = strndup((const char *)text->at, text->len);
	struct program program;

	if (parse_program(stat, &program))
		REQUIRE(strchr(stat, ')') && program.code > 1);
	free(stat);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = {data, size};
	struct asked asked;
	FILE *file;

	if (!take_bytes(&text, &asked, sizeof(asked)) || !text.len)
		return 0;
	file = fmemopen((void *)text.at, text.len, "r");
	REQUIRE(file);
	check_mounts(file, &text, asked.mount);
	rewind(file);
	check_maps(file, asked.address);
	fclose(file);
	check_program(&text);
	return 0;
}
