/* SPDX-License-Identifier: MIT */
/*
 * Tests of the system calls that a confined process can no longer make. Each test runs in a child, because a
 * denial is permanent.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "process/system_calls.h"

#define X32 0x40000000

static int deny(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : deny_system_calls();
}

static bool is_denied(long result)
{
	return result == -1 && errno == EPERM;
}

static long bpf(int command)
{
	union bpf_attr attributes = {.map_fd = -1};

	return syscall(SYS_bpf, command, &attributes, sizeof(attributes));
}

static void in_child(void (*act)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		failures = 0;
		act();
		fflush(stdout);
		_exit(failures != 0);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(0, status);
}

static void try_denied_calls(void)
{
	char *const none[] = {NULL};

	CHECK_EQ(0, deny());
	CHECK(is_denied(ptrace(PTRACE_TRACEME, 0, 0, 0)));
	CHECK(is_denied(execve("/bin/true", none, none)));
	CHECK(is_denied(syscall(SYS_execveat, AT_FDCWD, "/bin/true", none, none, 0)));
	CHECK(is_denied(syscall(SYS_process_vm_writev, getpid(), NULL, 0, NULL, 0, 0)));
	CHECK(is_denied(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)));
	CHECK(is_denied(syscall(SYS_open_by_handle_at, -1, NULL, 0)));
	CHECK(is_denied(syscall(SYS_finit_module, -1, "", 0)));
	CHECK(is_denied(syscall(SYS_setresuid, -1, -1, -1)));
	CHECK(is_denied(syscall(SYS_unshare, 0)));
	CHECK(is_denied(syscall(SYS_setns, -1, 0)));
	CHECK(is_denied(bpf(BPF_PROG_LOAD)));
	CHECK(is_denied(bpf(BPF_MAP_CREATE)));
	CHECK(is_denied(bpf(BPF_LINK_CREATE)));
	CHECK(is_denied(bpf(BPF_RAW_TRACEPOINT_OPEN)));
}

static void denied_calls_fail(void)
{
	in_child(try_denied_calls);
}

#ifdef __x86_64__
static void try_x32(void)
{
	CHECK_EQ(0, deny());
	CHECK(is_denied(syscall(X32 | SYS_getpid)));
}

static void x32_calls_fail(void)
{
	in_child(try_x32);
}

/* int 0x80 makes a 32-bit system call; number 20 is getpid there. */
static int getpid_32_bit(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/*
 * A kernel without 32-bit system calls sends SIGSEGV. Such a kernel can nevertheless have the files of this
 * feature in /proc/sys/abi.
 */
static bool has_32_bit_calls(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		_exit(getpid_32_bit() != getpid());
	}
	waitpid(child, &status, 0);
	return status == 0;
}

static void try_32_bit(void)
{
	CHECK_EQ(0, deny());
	CHECK_EQ(-EPERM, getpid_32_bit());
}

static void calls_of_32_bit_fail(void)
{
	if (has_32_bit_calls())
		in_child(try_32_bit);
	else
		skip_on_this_kernel("needs 32-bit system calls");
}
#endif

static void try_needed_calls(void)
{
	pid_t child;

	CHECK_EQ(0, deny());
	CHECK(!is_denied(bpf(BPF_MAP_LOOKUP_ELEM)));
	CHECK(!is_denied(bpf(BPF_ITER_CREATE)));
	CHECK(open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0);
	child = fork();
	if (child == 0)
		_exit(0);
	CHECK(child > 0);
}

static void calls_that_a_trace_needs_still_work(void)
{
	in_child(try_needed_calls);
}

static sem_t denied;

static void *try_in_thread(void *result)
{
	sem_wait(&denied);
	*(bool *)result = is_denied(syscall(SYS_unshare, 0));
	return NULL;
}

static void try_older_thread(void)
{
	pthread_t thread;
	bool obeys = false;

	sem_init(&denied, 0, 0);
	/*
	 * deny_system_calls() requires no_new_privs in each thread. a4t_confine() would set it; here, the new
	 * thread inherits it.
	 */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	pthread_create(&thread, NULL, try_in_thread, &obeys);
	CHECK_EQ(0, deny());
	sem_post(&denied);
	pthread_join(thread, NULL);
	CHECK(obeys);
}

static void existing_threads_are_restricted_too(void)
{
	in_child(try_older_thread);
}

int main(void)
{
	static const struct test tests[] = {
		{"denied calls fail", denied_calls_fail},
#ifdef __x86_64__
		{"x32 calls fail", x32_calls_fail},
		{"32-bit calls fail", calls_of_32_bit_fail},
#endif
		{"calls that a trace needs still work", calls_that_a_trace_needs_still_work},
		{"existing threads are restricted, too", existing_threads_are_restricted_too},
	};

	return RUN(tests);
}
