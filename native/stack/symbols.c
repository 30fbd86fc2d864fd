/* SPDX-License-Identifier: MIT */
#include "stack/symbols.h"
#include "stack/mapped.h"

/* The file offset of an address in a mapped segment. */
static uint64_t offset_in_file(Dwfl_Module *module, Dwarf_Addr address)
{
	GElf_Addr bias = 0;
	Elf *elf = libdw->dwfl_module_getelf(module, &bias);
	uint64_t linked = address - bias;
	size_t count = 0;

	if (!elf)
		return mapped_offset(address);
	if (libdw->elf_getphdrnum(elf, &count))
		return linked;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr memory, *segment = libdw->gelf_getphdr(elf, i, &memory);

		if (segment && segment->p_type == PT_LOAD && linked - segment->p_vaddr < segment->p_memsz)
			return linked - segment->p_vaddr + segment->p_offset;
	}
	return linked;
}

/*
 * If no symbol covers the address, libdwfl returns the nearest one. In a stripped file, this is another
 * function, whose name must not be used.
 */
static bool covers(const GElf_Sym *symbol, GElf_Off offset)
{
	return symbol->st_size == 0 || offset < symbol->st_size;
}

static void name_function(struct a4t_frame *frame, Dwfl_Module *module, Dwarf_Addr address, int before)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name =
		libdw->dwfl_module_addrinfo(module, address - before, &offset, &symbol, NULL, NULL, NULL);

	if (!name || !*name || !covers(&symbol, offset))
		return;
	frame->function = name;
	frame->offset = offset + before;
}

/*
 * libdwfl assigns addresses between two files to the lower one. Code generated at run time can be there, so
 * compare the address with the end of the file.
 */
static Dwfl_Module *module_at(Dwfl *mapped, Dwarf_Addr address)
{
	Dwfl_Module *module = libdw->dwfl_addrmodule(mapped, address);
	Dwarf_Addr end = 0;

	if (module)
		libdw->dwfl_module_info(module, NULL, NULL, &end, NULL, NULL, NULL, NULL);
	return address < end ? module : NULL;
}

struct a4t_frame describe(Dwfl *mapped, Dwarf_Addr address, int innermost)
{
	int before = innermost ? 0 : 1;
	Dwfl_Module *module = module_at(mapped, address - before);
	struct a4t_frame frame = {.address = address, .file_offset = address};

	if (!module)
		return frame;
	frame.path = libdw->dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	frame.file_offset = offset_in_file(module, address);
	frame.unread = why_unread(module);
	name_function(&frame, module, address, before);
	return frame;
}
