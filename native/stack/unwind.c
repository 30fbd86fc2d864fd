/* SPDX-License-Identifier: MIT */
/*
 * Unwinds stacks. For each process, caches two things: the libdwfl session, so that files are not read again,
 * and the frames of known addresses, because each search for a symbol takes time linear in the symbols of the
 * file.
 */
#include "stack/unwind.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/registers.h"
#include "stack/bare.h"
#include "stack/symbols.h"

#define MAX_PROCESSES	32
#define ADDRESSES_KNOWN 1024 /* per process; a power of two */
#define FIRST_PAGE	4096 /* no stack is below */

struct known {
	struct a4t_frame frame; /* address 0 = empty */
	int innermost;
};

struct process {
	struct mapped mapped;
	struct program program;
	uint64_t used;	    /* stacks.clock at the last use; the process with the lowest is evicted */
	time_t reloaded_at; /* when the maps were last read again; seconds of CLOCK_MONOTONIC */
	struct known known[ADDRESSES_KNOWN];
	const struct a4t_user_stack *stack; /* being unwound */
	bool missed;			    /* the unwinder asked for memory that is not in the record */
};

struct stacks {
	const struct supplier *supplier;
	struct process *processes[MAX_PROCESSES];
	const char *unread; /* TOO_MANY_FILES if this is why the last process is unknown; otherwise NULL */
	uint64_t clock;
};

/* Indexes of registers in struct pt_regs, in words, in the order of DWARF register numbers. */
#if defined(__x86_64__)
static const uint8_t registers[] = {10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16};
#elif defined(__aarch64__)
static const uint8_t registers[] = {0,	1,  2,	3,  4,	5,  6,	7,  8,	9,  10, 11, 12, 13, 14, 15,
				    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
#endif
#define REGISTERS (sizeof(registers) / sizeof(registers[0]))

/* Reports a single thread: the one with the recorded stack. */
static pid_t next_thread(Dwfl *mapped, void *process, void **thread)
{
	(void)mapped;
	if (*thread)
		return 0;
	*thread = process;
	return ((struct process *)process)->mapped.tgid;
}

static bool get_thread(Dwfl *mapped, pid_t tid, void *process, void **thread)
{
	(void)mapped;
	(void)tid;
	*thread = process;
	return true;
}

static bool read_memory(Dwfl *mapped, Dwarf_Addr address, Dwarf_Word *word, void *context)
{
	struct process *process = context;
	const struct a4t_user_stack *stack = process->stack;
	uint64_t at = address - stack->registers[STACK_POINTER];

	(void)mapped;
	if (stack->len < sizeof(*word) || at > stack->len - sizeof(*word)) {
		/* The 0 that ends a chain of frame pointers does not count as missed memory. */
		process->missed |= address >= FIRST_PAGE;
		return false;
	}
	memcpy(word, stack->memory + at, sizeof(*word));
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
	const struct a4t_user_stack *stack = ((struct process *)context)->stack;
	Dwarf_Word values[REGISTERS];

	for (size_t i = 0; i < REGISTERS; i++)
		values[i] = stack->registers[registers[i]];
	libdw->dwfl_thread_state_register_pc(thread, stack->registers[PROGRAM_COUNTER]);
	return libdw->dwfl_thread_state_registers(thread, 0, REGISTERS, values);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void forget(struct process **slot)
{
	if (*slot)
		close_mapped(&(*slot)->mapped);
	free(*slot);
	*slot = NULL;
}

/* Whether the process runs another program than before: after execve(), or because the tgid was reused. */
static bool is_outdated(const struct process *process, const struct program *program)
{
	return program && memcmp(program, &process->program, sizeof(*program)) != 0;
}

static struct process *learn(struct stacks *stacks, int tgid, const struct program *program)
{
	struct process *process = program ? calloc(1, sizeof(*process)) : NULL;

	if (!process)
		return NULL;
	process->mapped.tgid = tgid;
	process->mapped.supplier = stacks->supplier;
	process->program = *program;
	look_at(&process->mapped);
	if (open_mapped(&process->mapped) &&
	    libdw->dwfl_attach_state(process->mapped.dwfl, NULL, tgid, &thread_callbacks, process))
		return process;
	stacks->unread = why_unmapped(&process->mapped);
	forget(&process);
	return NULL;
}

/* The slot of the process, or else a free slot, or else the least recently used one. */
static struct process **slot_of(struct stacks *stacks, int tgid)
{
	struct process **oldest = &stacks->processes[0];

	for (size_t i = 0; i < MAX_PROCESSES; i++) {
		struct process **slot = &stacks->processes[i];

		if (*slot && (*slot)->mapped.tgid == tgid)
			return slot;
		if (*oldest && (!*slot || (*slot)->used < (*oldest)->used))
			oldest = slot;
	}
	return oldest;
}

static struct process *find_process(struct stacks *stacks, int tgid, const struct program *program)
{
	struct process **slot = slot_of(stacks, tgid);

	if (*slot && ((*slot)->mapped.tgid != tgid || is_outdated(*slot, program)))
		forget(slot);
	stacks->unread = NULL;
	if (!*slot)
		*slot = learn(stacks, tgid, program);
	if (*slot)
		(*slot)->used = ++stacks->clock;
	return *slot;
}

struct walk {
	struct process *process;
	struct a4t_frame *frames;
	uint32_t most;
	uint32_t count;
	bool stranger; /* some address is in no known file */
};

static struct a4t_frame known_frame(struct process *process, Dwarf_Addr address, int innermost)
{
	struct known *known = &process->known[(address ^ address >> 12) & (ADDRESSES_KNOWN - 1)];

	if (known->frame.address != address || known->innermost != innermost) {
		known->frame = describe(process->mapped.dwfl, address, innermost);
		known->innermost = innermost;
	}
	return known->frame;
}

static int take_frame(Dwfl_Frame *state, void *context)
{
	struct walk *walk = context;
	Dwarf_Addr address;
	bool innermost = false;

	if (walk->count == walk->most || !libdw->dwfl_frame_pc(state, &address, &innermost))
		return DWARF_CB_ABORT;
	walk->frames[walk->count] = known_frame(walk->process, address, innermost);
	if (!walk->frames[walk->count].path) {
		walk->stranger = true;
		walk->frames[walk->count].unread = why_unmapped(&walk->process->mapped);
	}
	walk->count++;
	return DWARF_CB_OK;
}

/* Returns whether the stack is complete. */
static bool walk_stack(struct walk *walk)
{
	struct process *process = walk->process;

	walk->count = 0;
	walk->stranger = false;
	process->missed = false;
	look_at(&process->mapped);
	/* Also check `missed`, because libdwfl treats memory that it cannot read as the end of the stack. */
	return libdw->dwfl_getthread_frames(process->mapped.dwfl, process->mapped.tgid, take_frame, walk) ==
		       0 &&
	       !process->missed;
}

/*
 * Reads the maps again, because a library may have been loaded since. Does so at most once per second.
 * Otherwise, each stack with code that is generated at run time would cause a reload, because such code is in
 * no file. Keeps the old maps if the process has ended.
 */
static bool reload(struct process *process, const struct program *program)
{
	if (process->reloaded_at == now() || !program)
		return false;
	process->reloaded_at = now();
	memset(process->known, 0, sizeof(process->known));
	renew_mapped(&process->mapped);
	return true;
}

uint32_t unwind(struct stacks *stacks, int32_t tgid, const struct program *program,
		const struct a4t_user_stack *stack, struct a4t_frame *frames, uint32_t most, uint32_t *cut)
{
	struct walk walk = {.frames = frames, .most = most};
	uint64_t address = stack->registers[PROGRAM_COUNTER];
	bool whole;

	*cut = 1;
	if (stack->len == 0 || most == 0)
		return 0;
	if (!libdw) {
		frames[0] = describe_without_libdw(stacks->supplier, tgid, address);
		return 1;
	}
	walk.process = find_process(stacks, tgid, program);
	if (!walk.process) {
		frames[0] = (struct a4t_frame){
			.address = address, .file_offset = address, .unread = stacks->unread};
		return 1;
	}
	walk.process->stack = stack;
	whole = walk_stack(&walk);
	if (walk.stranger && reload(walk.process, program))
		whole = walk_stack(&walk);
	*cut = !whole;
	return walk.count;
}

struct stacks *open_stacks(const struct supplier *supplier)
{
	struct stacks *stacks = calloc(1, sizeof(*stacks));

	if (stacks)
		stacks->supplier = supplier;
	return stacks;
}

void close_stacks(struct stacks *stacks)
{
	if (!stacks)
		return;
	for (size_t i = 0; i < MAX_PROCESSES; i++)
		forget(&stacks->processes[i]);
	free(stacks);
}
