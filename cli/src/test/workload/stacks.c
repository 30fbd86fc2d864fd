/*
 * stacks: for each line on stdin, connects to itself and accepts in nested functions: main, accept_outer,
 * accept_in_deeper. With "generated", main calls accept_outer through code generated at run time, which is
 * listed as generated_caller in /tmp/perf-PID.map. With "hidden", main does the same, but instead of the map,
 * a FUSE file system without a server is mounted on /tmp. With "leaderless", another thread does the work of
 * main in the function serve, and the main thread has ended when the workload is ready.
 */
#include "workload.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#define NEVER_INLINE  __attribute__((noinline, noclone, noipa))
#define ALWAYS_INLINE inline __attribute__((always_inline))

static NEVER_INLINE int accept_in_deeper(int listener)
{
	struct call call = {.fd = listener};

	make_call(&call);
	return check(call.result, "accept4");
}

static NEVER_INLINE void accept_outer(int listener)
{
	int client = connect_to(listener);

	check(close(accept_in_deeper(listener)), "close");
	check(close(client), "close");
}

static char map_path[64];

static void remove_map(void)
{
	unlink(map_path);
}

static void write_perf_map(const void *code, size_t size)
{
	FILE *map;

	snprintf(map_path, sizeof(map_path), "/tmp/perf-%d.map", getpid());
	map = fopen(map_path, "w");
	if (!map) {
		perror(map_path);
		exit(EXIT_FAILURE);
	}
	atexit(remove_map);
	fprintf(map, "%lx %zx generated_caller\n", (unsigned long)code, size);
	fclose(map);
}

/* Uses a separate mount namespace. The file system ends with this process. */
static void hide_maps(void)
{
	int device = check(open("/dev/fuse", O_RDWR | O_CLOEXEC), "/dev/fuse");
	char options[96];

	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	check(unshare(CLONE_NEWNS), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
	check(mount("hidden", "/tmp", "fuse", MS_NODEV, options), "mount");
}

typedef void (*caller)(int listener, void (*function)(int listener));

static caller generate(bool hidden)
{
#if defined(__x86_64__)
	/* push %rbp; mov %rsp,%rbp; call *%rsi; pop %rbp; ret */
	static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd6, 0x5d, 0xc3};
#elif defined(__aarch64__)
	/* stp x29, x30, [sp, #-16]!; mov x29, sp; blr x1; ldp x29, x30, [sp], #16; ret */
	static const unsigned int code[] = {0xa9bf7bfd, 0x910003fd, 0xd63f0020, 0xa8c17bfd, 0xd65f03c0};
#else
#error "no code for this processor yet: a function that calls its second argument, with a frame pointer"
#endif
	void *memory = mmap(NULL, sizeof(code), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(memory == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(memory, code, sizeof(code));
	__builtin___clear_cache(memory, (char *)memory + sizeof(code));
	check(mprotect(memory, sizeof(code), PROT_READ | PROT_EXEC), "mprotect");
	if (hidden)
		hide_maps();
	else
		write_perf_map(memory, sizeof(code));
	return (caller)memory;
}

static int listener;
static caller generated;

static ALWAYS_INLINE void accept_for_each_line(void)
{
	workload_ready();
	while (workload_next_line()) {
		if (generated)
			generated(listener, accept_outer);
		else
			accept_outer(listener);
	}
}

/* A main thread that has ended is a zombie as long as other threads live. */
static bool main_thread_has_ended(void)
{
	char state = '?';
	FILE *stat = fopen("/proc/self/stat", "r");

	check(stat && fscanf(stat, "%*d %*s %c", &state) == 1 ? 0 : -1, "/proc/self/stat");
	fclose(stat);
	return state == 'Z';
}

static NEVER_INLINE void *serve(void *unused)
{
	while (!main_thread_has_ended())
		sched_yield();
	accept_for_each_line();
	exit(EXIT_SUCCESS);
	return unused;
}

static bool asks_for(const char *word, char **words)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	(void)argc;
	workload_start();
	if (asks_for("generated", argv) || asks_for("hidden", argv))
		generated = generate(asks_for("hidden", argv));
	listener = listen_loopback(SOMAXCONN);
	if (asks_for("leaderless", argv)) {
		check(-pthread_create(&thread, NULL, serve, NULL), "thread");
		pthread_exit(NULL);
	}
	accept_for_each_line();
	return 0;
}
