/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "base/seccomp.h"
#include "sandbox/sandbox.h"

/* clang-format off */
static const uint32_t common[] = {
	/* packets, and open files */
	SYS_recvmsg, SYS_sendmsg, SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_close, SYS_fcntl, SYS_ppoll,
	/* files to read: debug symbols, the configuration of the resolver */
	SYS_fstat, SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_readlinkat, SYS_getdents64, SYS_getcwd,
	/* memory */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
	/* the C library, and the time limit */
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_setitimer, SYS_futex,
	SYS_set_robust_list, SYS_getrandom, SYS_clock_gettime, SYS_gettimeofday, SYS_clock_nanosleep,
	SYS_nanosleep, SYS_sched_yield, SYS_sched_getaffinity, SYS_sysinfo, SYS_uname, SYS_getpid, SYS_getppid,
	SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_exit, SYS_exit_group,
#ifdef __x86_64__
	SYS_alarm, SYS_poll, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_time,
#endif
};

/* To ask name servers and the daemons of NSS modules, and to load these modules. */
static const uint32_t network[] = {
	SYS_mmap, SYS_mprotect, SYS_socket, SYS_connect, SYS_bind, SYS_sendto, SYS_sendmmsg, SYS_recvfrom,
	SYS_write, SYS_writev, SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt, SYS_ioctl,
	SYS_fstatfs, SYS_statfs, SYS_flock,
};

/* Only for the keeper. Workers inherit its filter, and add another filter without these calls. */
static const uint32_t keeping[] = {
	SYS_clone, SYS_wait4, SYS_waitid, SYS_kill, SYS_pidfd_open, SYS_prctl, SYS_seccomp,
};
/* clang-format on */

#define ALLOW(filter, calls) allow(filter, calls, sizeof(calls) / sizeof((calls)[0]))

static void allow(struct filter *filter, const uint32_t *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		add_answer(filter, SECCOMP_RET_ALLOW);
	}
}

/* Allows a call unless an argument has any of the bits `denied`. */
static void allow_without(struct filter *filter, uint32_t call, int argument, uint32_t denied)
{
	add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
	/* Load the low half of the argument, on a little-endian machine. */
	load_word(filter, offsetof(struct seccomp_data, args) + argument * sizeof(__u64));
	add_step(filter, BPF_JMP | BPF_JSET | BPF_K, denied, 0, 1);
	add_answer(filter, SECCOMP_RET_ERRNO | EPERM);
	add_answer(filter, SECCOMP_RET_ALLOW);
}

int allow_system_calls(const struct helper_program *program, bool keeper)
{
	struct filter filter = {};
	int err;

	deny_other_abis(&filter);
	ALLOW(&filter, common);
	allow_without(&filter, SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC);
	if (program->network)
		ALLOW(&filter, network);
	allow_without(&filter, SYS_mmap, 2, PROT_EXEC);
	allow_without(&filter, SYS_mprotect, 2, PROT_EXEC);
	if (keeper)
		ALLOW(&filter, keeping);
	/* After ENOSYS, the C library assumes an old kernel, and tries another call. */
	add_answer(&filter, SECCOMP_RET_ERRNO | ENOSYS);
	err = install_filter(&filter, 0);
	return err == -EINVAL ? 0 : err;
}
