/* SPDX-License-Identifier: MIT */
#include "stack/vdso.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/*
 * The line of the vDSO is e.g. "7ffd8a1f2000-7ffd8a1f4000 r-xp 00000000 00:00 0    [vdso]". The line of a
 * file can also end with "[vdso]", but contains a slash.
 */
static bool is_vdso(const char *line, uint64_t *start, uint64_t *end)
{
	static const char name[] = " [vdso]\n";
	size_t len = strlen(line);

	return len > strlen(name) && !strcmp(line + len - strlen(name), name) && !strchr(line, '/') &&
	       sscanf(line, "%" SCNx64 "-%" SCNx64, start, end) == 2;
}

void report_vdso(Dwfl *dwfl, int tgid, FILE *maps)
{
	uint64_t start, end;
	char *line = NULL;
	char name[32];
	size_t room = 0;

	snprintf(name, sizeof(name), "[vdso: %d]", tgid);
	while (getline(&line, &room, maps) >= 0)
		if (is_vdso(line, &start, &end))
			libdw->dwfl_report_module(dwfl, name, start, end);
	free(line);
}

Elf *read_vdso(void)
{
	char *start = (char *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)start;

	if (!start)
		return NULL;
	/* The vDSO ends with the table of sections, so the end of this table gives its size. */
	return libdw->elf_memory(start, header->e_shoff + header->e_shnum * header->e_shentsize);
}
