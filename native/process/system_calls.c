/* SPDX-License-Identifier: MIT */
#include "process/system_calls.h"
#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include "base/seccomp.h"

/*
 * The denied system calls. The comments say what the calls below them could do. SECURITY in the manual page
 * lists sensitive calls that are allowed, because features need them.
 */
static const uint32_t denied[] = {
	/* control other processes, or access their memory */
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
	SYS_pidfd_getfd,
	SYS_process_madvise,
	/*
	 * start programs (COMMAND, the command of -o, and the shell that restores the terminal after --live
	 * are already running)
	 */
	SYS_execve,
	SYS_execveat,
	/* attach hooks (all hooks are already attached) */
	SYS_perf_event_open,
	/* let one thread handle the page faults of others */
	SYS_userfaultfd,
	/* open files in spite of the permissions of their folders */
	SYS_open_by_handle_at,
	/* become another user, or see another tree of files */
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
	SYS_setfsuid,
	SYS_setfsgid,
	SYS_chroot,
	SYS_pivot_root,
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_umount2,
	SYS_move_mount,
	SYS_open_tree,
	SYS_fsopen,
	SYS_fsmount,
	SYS_fspick,
	SYS_fsconfig,
	SYS_mknodat,
	/* use keys that the kernel stores */
	SYS_add_key,
	SYS_request_key,
	SYS_keyctl,
	/* change the machine */
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_kexec_file_load,
	SYS_reboot,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_quotactl,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_adjtimex,
	SYS_clock_adjtime,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_syslog,
	SYS_vhangup,
	SYS_personality,
#ifdef __x86_64__
	SYS_mknod,
	SYS_iopl,
	SYS_ioperm,
	SYS_modify_ldt,
	SYS_uselib,
#endif
};

#define DENIED (sizeof(denied) / sizeof(denied[0]))

/* Commands of bpf(2) to use maps, to run iterators and to detach. Programs can no longer be loaded or
 * attached. */
static const uint32_t allowed_bpf[] = {
	BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM,	  BPF_MAP_GET_NEXT_KEY,
	BPF_ITER_CREATE,     BPF_LINK_DETACH,	  BPF_OBJ_GET_INFO_BY_FD,
};

#define ALLOWED_BPF (sizeof(allowed_bpf) / sizeof(allowed_bpf[0]))

static void deny_call(struct filter *filter, uint32_t number)
{
	add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
	add_answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

/* Must come last, because it loads the command of bpf(2) in place of the number of the system call. */
static void restrict_bpf(struct filter *filter)
{
	add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 1, 0);
	add_answer(filter, SECCOMP_RET_ALLOW);
	/*
	 * Loads only the low half of the argument (on a little-endian machine), because the kernel takes an
	 * int.
	 */
	load_word(filter, offsetof(struct seccomp_data, args[0]));
	for (size_t i = 0; i < ALLOWED_BPF; i++) {
		add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, allowed_bpf[i], 0, 1);
		add_answer(filter, SECCOMP_RET_ALLOW);
	}
	add_answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

int deny_system_calls(void)
{
	struct filter filter = {};

	deny_other_abis(&filter);
	for (size_t i = 0; i < DENIED; i++)
		deny_call(&filter, denied[i]);
	restrict_bpf(&filter);
	return install_filter(&filter, SECCOMP_FILTER_FLAG_TSYNC);
}
