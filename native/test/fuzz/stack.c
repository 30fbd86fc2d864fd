/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes unwinding with arbitrary registers, stacks and mapped files. Input: struct asked, then the stack,
 * then the file.
 */
#include <errno.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>
#include "helper/supply.h"
#include "stack/libdw.h"
#include "stack/unwind.h"
#include "fuzz.h"

#define MAX_FRAMES 64
#define PLACES	   8
#define FILE_BYTES (256 * 1024)

/*
 * Words with this highest byte become addresses: the next byte selects one of `places`, and the low 32 bits
 * are added to it.
 */
#define PLACE_MARK 0xfe

struct asked {
	uint8_t choice; /* bit 0: a new file and empty caches; bit 1: a process that does not exist */
	uint8_t most;	/* frames */
	uint16_t stack_len;
	uint64_t registers[A4T_REGISTERS];
};

static const struct supplier own_rights = {open_maps, open_mapped_file};

static uint64_t places[PLACES];
static int file = -1;

static void find_places(void)
{
	load_libdw();
	file = memfd_create("mapped", MFD_CLOEXEC);
	REQUIRE(file >= 0 && ftruncate(file, FILE_BYTES) == 0);
	places[0] = 0x10000; /* fake address of the stack */
	places[1] = (uintptr_t)mmap(NULL, FILE_BYTES, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
	places[2] = (uintptr_t)LLVMFuzzerTestOneInput;
	places[3] = (uintptr_t)unwind;
	places[4] = (uintptr_t)getauxval;
	places[5] = getauxval(AT_SYSINFO_EHDR);
	places[6] = (uintptr_t)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	/* The last place stays 0, for small numbers. */
}

static uint64_t address(uint64_t word)
{
	return word >> 56 == PLACE_MARK ? places[word >> 48 & (PLACES - 1)] + (uint32_t)word : word;
}

static void fill_stack(struct a4t_user_stack *stack, const struct asked *asked, struct bytes *input)
{
	size_t len = asked->stack_len < sizeof(stack->memory) ? asked->stack_len : sizeof(stack->memory);

	*stack = (struct a4t_user_stack){.len = len < input->len ? len : input->len};
	take_bytes(input, stack->memory, stack->len);
	for (int i = 0; i < A4T_REGISTERS; i++)
		stack->registers[i] = address(asked->registers[i]);
	for (uint32_t at = 0; at + sizeof(uint64_t) <= stack->len; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, stack->memory + at, sizeof(word));
		word = address(word);
		memcpy(stack->memory + at, &word, sizeof(word));
	}
}

static void fill_file(const struct bytes *content)
{
	size_t len = content->len < FILE_BYTES ? content->len : FILE_BYTES;

	REQUIRE(ftruncate(file, 0) == 0 && ftruncate(file, FILE_BYTES) == 0);
	REQUIRE(pwrite(file, content->at, len, 0) == (ssize_t)len);
}

static void check_frames(const struct a4t_frame *frames, int count, uint32_t most, uint32_t cut)
{
	size_t read_bytes = 0;

	REQUIRE(count >= 0 && (uint32_t)count <= most);
	REQUIRE(cut <= 1);
	for (int i = 0; i < count; i++) {
		read_bytes += frames[i].path ? strlen(frames[i].path) : 0;
		read_bytes += frames[i].function ? strlen(frames[i].function) : 0;
	}
	REQUIRE(read_bytes < SIZE_MAX);
}

/* The cache is kept between inputs, as in a trace. A new file requires a new cache. */
static struct stacks *stacks_for(const struct asked *asked, const struct bytes *content)
{
	static struct stacks *stacks;

	if (stacks && !(asked->choice & 1))
		return stacks;
	close_stacks(stacks);
	fill_file(content);
	return stacks = open_stacks(&own_rights);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct a4t_user_stack stack;
	struct a4t_frame frames[MAX_FRAMES];
	struct bytes input = {data, size};
	struct stacks *stacks;
	struct asked asked;
	uint32_t cut = 2, most;
	struct program program;
	bool alive;
	int count;

	if (!take_bytes(&input, &asked, sizeof(asked)))
		return 0;
	if (file < 0)
		find_places();
	most = asked.most % (MAX_FRAMES + 1);
	fill_stack(&stack, &asked, &input);
	stacks = stacks_for(&asked, &input);
	alive = !(asked.choice & 2) && read_program(getpid(), &program);
	count = unwind(stacks, alive ? getpid() : -1, alive ? &program : NULL, &stack, frames, most, &cut);
	check_frames(frames, count, most, cut);
	return 0;
}
