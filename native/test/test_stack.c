/* SPDX-License-Identifier: MIT */
/* Tests of unwinding, with real stacks of this program and with modified ones. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "check.h"
#include "helper/supply.h"
#include "stack/libdw.h"
#include "stack/unwind.h"

#define MAX_FRAMES 64

#if defined(__x86_64__)
enum { FRAME_POINTER = 4, PROGRAM_COUNTER = 16, STACK_POINTER = 19 };

static void take_registers(struct a4t_user_stack *stack, const ucontext_t *context)
{
	static const uint8_t general[] = {REG_R15, REG_R14, REG_R13, REG_R12, REG_RBP,
					  REG_RBX, REG_R11, REG_R10, REG_R9,  REG_R8};

	for (size_t i = 0; i < sizeof(general); i++)
		stack->registers[i] = context->uc_mcontext.gregs[general[i]];
	stack->registers[PROGRAM_COUNTER] = context->uc_mcontext.gregs[REG_RIP];
	stack->registers[STACK_POINTER] = context->uc_mcontext.gregs[REG_RSP];
}
#elif defined(__aarch64__)
enum { FRAME_POINTER = 29, PROGRAM_COUNTER = 32, STACK_POINTER = 31 };

static void take_registers(struct a4t_user_stack *stack, const ucontext_t *context)
{
	memcpy(stack->registers, context->uc_mcontext.regs, sizeof(context->uc_mcontext.regs));
	stack->registers[PROGRAM_COUNTER] = context->uc_mcontext.pc;
	stack->registers[STACK_POINTER] = context->uc_mcontext.sp;
}
#endif

/* Reads through /proc/self/mem, because the address sanitizer would report direct reads between variables. */
static void take_memory(struct a4t_user_stack *stack)
{
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t len =
		pread(memory, stack->memory, sizeof(stack->memory), (off_t)stack->registers[STACK_POINTER]);

	stack->len = len < 0 ? 0 : len;
	close(memory);
}

/* Records registers and stack as for a system call made here. */
static __attribute__((noinline)) void take_stack(struct a4t_user_stack *stack)
{
	ucontext_t context;

	getcontext(&context);
	take_registers(stack, &context);
	take_memory(stack);
}

static __attribute__((noinline)) int called_deeper(struct a4t_user_stack *stack)
{
	take_stack(stack);
	return stack->len > 0;
}

static __attribute__((noinline)) int calling(struct a4t_user_stack *stack)
{
	return called_deeper(stack) + 1;
}

/* Opens files with the rights of this process. test_helper.c tests how a helper asks the tool for files. */
static const struct supplier own_rights = {open_maps, open_mapped_file};

static int unwind_process(struct stacks *stacks, int32_t tgid, const struct a4t_user_stack *stack,
			  struct a4t_frame *frames, uint32_t most, uint32_t *cut)
{
	struct program program;
	bool alive = read_program(tgid, &program);

	return unwind(stacks, tgid, alive ? &program : NULL, stack, frames, most, cut);
}

static struct a4t_user_stack stack;
static struct a4t_frame frames[MAX_FRAMES];
static uint32_t cut;

static const char *function_of(int frame)
{
	return frames[frame].function ? frames[frame].function : "";
}

static bool ends_with(const char *path, const char *name)
{
	size_t len = path ? strlen(path) : 0;

	return len >= strlen(name) && !strcmp(path + len - strlen(name), name);
}

static void names_the_functions_of_a_call_chain(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	int count;

	calling(&stack);
	count = unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut);
	CHECK(count > 6);
	CHECK_EQ(0, cut);
	CHECK_TEXT("take_stack", function_of(0));
	CHECK_TEXT("called_deeper", function_of(1));
	CHECK_TEXT("calling", function_of(2));
	CHECK_TEXT("names_the_functions_of_a_call_chain", function_of(3));
	CHECK_TEXT("main", function_of(count - 4));
	CHECK_TEXT("_start", function_of(count - 1));
	CHECK(ends_with(frames[0].path, "/test_stack"));
	CHECK(ends_with(frames[count - 2].path, "/libc.so.6"));
	CHECK_EQ((uintptr_t)calling + frames[2].offset, frames[2].address);
	/* The second time, the frames are cached. */
	CHECK_EQ(count, unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut));
	CHECK_TEXT("called_deeper", function_of(1));
	close_stacks(stacks);
}

static void a_stack_with_too_little_memory_is_truncated(void)
{
	struct stacks *stacks = open_stacks(&own_rights);

	calling(&stack);
	stack.len = 8;
	CHECK_EQ(1, unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut));
	CHECK_EQ(1, cut);
	CHECK_TEXT("take_stack", function_of(0));
	stack.len = 0;
	CHECK_EQ(0, unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut));
	close_stacks(stacks);
}

static void returns_no_more_frames_than_requested(void)
{
	struct stacks *stacks = open_stacks(&own_rights);

	calling(&stack);
	CHECK_EQ(2, unwind_process(stacks, getpid(), &stack, frames, 2, &cut));
	CHECK_EQ(1, cut);
	close_stacks(stacks);
}

/* Simulates code that a Java or Node server generates at run time. */
static void code_without_a_file_is_unwound_by_frame_pointers(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t caller = (uintptr_t)calling + 4, pointer;

	calling(&stack);
	pointer = stack.registers[STACK_POINTER] + 64;
	stack.registers[PROGRAM_COUNTER] = (uintptr_t)code + 8;
	stack.registers[FRAME_POINTER] = pointer;
	memset(stack.memory + 64, 0, sizeof(pointer));
	memcpy(stack.memory + 72, &caller, sizeof(caller));
	CHECK(unwind_process(stacks, getpid(), &stack, frames, 2, &cut) == 2);
	CHECK(!frames[0].path && !frames[0].function);
	CHECK_EQ((uintptr_t)code + 8, frames[0].file_offset);
	CHECK_TEXT("calling", function_of(1));
	munmap(code, 4096);
	close_stacks(stacks);
}

static void a_library_loaded_later_is_found(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	void *library;

	calling(&stack);
	unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut);
	library = dlopen("libBrokenLocale.so.1", RTLD_NOW);
	CHECK(library);
	stack.registers[PROGRAM_COUNTER] = (uintptr_t)dlsym(library, "__ctype_get_mb_cur_max");
	CHECK(unwind_process(stacks, getpid(), &stack, frames, 1, &cut) == 1);
	CHECK_TEXT("__ctype_get_mb_cur_max", function_of(0));
	CHECK(ends_with(frames[0].path, "/libBrokenLocale.so.1"));
	dlclose(library);
	close_stacks(stacks);
}

static void the_stack_of_an_ended_process_is_a_single_address(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	calling(&stack);
	CHECK_EQ(1, unwind_process(stacks, child, &stack, frames, MAX_FRAMES, &cut));
	CHECK_EQ(1, cut);
	CHECK_EQ(stack.registers[PROGRAM_COUNTER], frames[0].file_offset);
	CHECK(!frames[0].path);
	close_stacks(stacks);
}

/* The files of a cached process stay open, so the number of open files is bounded, too. */
static void the_number_of_cached_processes_is_bounded(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	int at_first = 0;

	calling(&stack);
	for (int i = 0; i < 100; i++) {
		int ends[2];
		pid_t child;

		CHECK_EQ(0, pipe(ends));
		child = fork();
		if (child == 0) {
			close(ends[1]);
			_exit(read(ends[0], ends, 1));
		}
		close(ends[0]);
		CHECK(unwind_process(stacks, child, &stack, frames, MAX_FRAMES, &cut) > 6);
		close(ends[1]);
		waitpid(child, NULL, 0);
		if (i == 50)
			at_first = open_files();
	}
	CHECK_EQ(at_first, open_files());
	close_stacks(stacks);
}

/* A copy of a file, in a new folder, mapped into memory. */
struct mapped_copy {
	char folder[32];
	char path[64];
	char *bytes;
	off_t size;
};

static struct mapped_copy map_copy_of(const char *path)
{
	struct mapped_copy copy = {.folder = "/tmp/test_stack.XXXXXX"};
	int original = open(path, O_RDONLY | O_CLOEXEC), file;

	CHECK(mkdtemp(copy.folder));
	snprintf(copy.path, sizeof(copy.path), "%s/copy", copy.folder);
	file = open(copy.path, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	copy.size = lseek(original, 0, SEEK_END);
	CHECK_EQ(copy.size, sendfile(file, original, &(off_t){0}, copy.size));
	copy.bytes = mmap(NULL, copy.size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, file, 0);
	CHECK(copy.bytes != MAP_FAILED);
	close(file);
	close(original);
	return copy;
}

static void remove_copy(const struct mapped_copy *copy)
{
	munmap(copy->bytes, copy->size);
	unlink(copy->path);
	rmdir(copy->folder);
}

static int unwind_in(struct stacks *stacks, const struct mapped_copy *copy, off_t at)
{
	stack.registers[PROGRAM_COUNTER] = (uintptr_t)copy->bytes + at;
	return unwind_process(stacks, getpid(), &stack, frames, 1, &cut);
}

/* If the tracer mapped the file instead of reading it, SIGBUS would end the tracer. */
static void a_file_that_is_truncated_meanwhile_does_no_harm(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	struct mapped_copy copy = map_copy_of("/proc/self/exe");

	calling(&stack);
	CHECK_EQ(1, unwind_in(stacks, &copy, 4096));
	CHECK_TEXT(copy.path, frames[0].path ? frames[0].path : "");
	CHECK_EQ(0, truncate(copy.path, 0));
	for (off_t at = 8192; at < copy.size; at += 4096)
		CHECK_EQ(1, unwind_in(stacks, &copy, at));
	close_stacks(stacks);
	remove_copy(&copy);
}

static void spoil(const struct mapped_copy *copy, const char *text, size_t len)
{
	char *found = memmem(copy->bytes, copy->size, text, len);

	CHECK(found);
	if (found)
		*found = 'x';
}

/*
 * The copy of libc has neither symbols nor a build id, so libdwfl would look for its debug file by the
 * default name. A FIFO has that name.
 */
static void a_fifo_in_place_of_a_debug_file_is_not_opened(void)
{
	static const char build_id[] = "\3\0\0\0GNU";
	struct stacks *stacks = open_stacks(&own_rights);
	struct mapped_copy copy;
	char pipe[80];
	Dl_info libc;

	CHECK(dladdr((void *)getpid, &libc));
	copy = map_copy_of(libc.dli_fname);
	spoil(&copy, build_id, sizeof(build_id));
	spoil(&copy, ".gnu_debuglink", sizeof(".gnu_debuglink"));
	snprintf(pipe, sizeof(pipe), "%s.debug", copy.path);
	CHECK_EQ(0, mkfifo(pipe, 0600));
	calling(&stack);
	CHECK_EQ(1, unwind_in(stacks, &copy, (char *)getpid - (char *)libc.dli_fbase));
	CHECK_TEXT(copy.path, frames[0].path ? frames[0].path : "");
	close_stacks(stacks);
	unlink(pipe);
	remove_copy(&copy);
}

static ino_t inode_and_close(int fd)
{
	struct stat status = {};

	CHECK(fd >= 0 && !fstat(fd, &status));
	close(fd);
	return status.st_ino;
}

/*
 * First, another file takes the path of the mapped file. Then the process also unmaps the file, so only the
 * path is left.
 */
static void a_file_in_place_of_a_mapped_one_is_not_opened(void)
{
	struct mapped_copy copy = map_copy_of("/proc/self/exe");
	unsigned long start = (uintptr_t)copy.bytes;
	char type[FILE_SYSTEM_BYTES] = "";
	ino_t inode = inode_and_close(find_mapped_file(getpid(), start, type));

	CHECK_EQ(0, unlink(copy.path));
	close(open(copy.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	/* Only root can open the mapped file itself; other users must rely on the name. */
	if (getuid() == 0)
		CHECK_EQ(inode, inode_and_close(find_mapped_file(getpid(), start, type)));
	CHECK_EQ(0, munmap(copy.bytes, copy.size));
	CHECK_EQ(-ENOENT, find_mapped_file(getpid(), start, type));
	unlink(copy.path);
	rmdir(copy.folder);
}

/* libelf copies the parts that it needs, so a sparse file could make us use any amount of memory. */
static void a_file_that_is_too_large_is_not_read(void)
{
	struct stacks *stacks = open_stacks(&own_rights);
	struct mapped_copy copy = map_copy_of("/proc/self/exe");
	int count;

	calling(&stack);
	CHECK_EQ(0, truncate(copy.path, 2LL << 30));
	CHECK_EQ(1, unwind_in(stacks, &copy, 4711));
	CHECK_TEXT(copy.path, frames[0].path ? frames[0].path : "");
	CHECK_TEXT("too large", frames[0].unread ? frames[0].unread : "");
	CHECK(!frames[0].function);
	CHECK_EQ(4711, frames[0].file_offset);
	calling(&stack);
	count = unwind_process(stacks, getpid(), &stack, frames, MAX_FRAMES, &cut);
	for (int i = 0; i < count; i++)
		CHECK(!frames[i].unread);
	CHECK_TEXT("calling", function_of(2));
	close_stacks(stacks);
	remove_copy(&copy);
}

int main(void)
{
	static const struct test tests[] = {
		{"names the functions of a call chain", names_the_functions_of_a_call_chain},
		{"a stack with too little memory is truncated", a_stack_with_too_little_memory_is_truncated},
		{"returns no more frames than requested", returns_no_more_frames_than_requested},
		{"code without a file is unwound by frame pointers",
		 code_without_a_file_is_unwound_by_frame_pointers},
		{"a library loaded later is found", a_library_loaded_later_is_found},
		{"the stack of an ended process is a single address",
		 the_stack_of_an_ended_process_is_a_single_address},
		{"the number of cached processes is bounded", the_number_of_cached_processes_is_bounded},
		{"a file that is truncated meanwhile does no harm",
		 a_file_that_is_truncated_meanwhile_does_no_harm},
		{"a FIFO in place of a debug file is not opened",
		 a_fifo_in_place_of_a_debug_file_is_not_opened},
		{"a file in place of a mapped one is not opened",
		 a_file_in_place_of_a_mapped_one_is_not_opened},
		{"a file that is too large is not read", a_file_that_is_too_large_is_not_read},
	};

	load_libdw();
	return RUN(tests);
}
