/* SPDX-License-Identifier: MIT */
#include "base/seccomp.h"
#include <errno.h>
#include <linux/audit.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define OWN_ARCH AUDIT_ARCH_X86_64
#else
#define OWN_ARCH AUDIT_ARCH_AARCH64
#endif

/* x32 calls have this bit in their number: __X32_SYSCALL_BIT of arch/x86/include/uapi/asm/unistd.h. */
#define X32 0x40000000

void add_step(struct filter *filter, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false)
{
	if (filter->count < MAX_STEPS)
		filter->steps[filter->count] = (struct sock_filter){code, if_true, if_false, operand};
	filter->count++;
}

void load_word(struct filter *filter, size_t offset)
{
	add_step(filter, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

void add_answer(struct filter *filter, uint32_t answer)
{
	add_step(filter, BPF_RET | BPF_K, answer, 0, 0);
}

/* Through the 32-bit or x32 ABI, the same calls could be made under other numbers. */
void deny_other_abis(struct filter *filter)
{
	load_word(filter, offsetof(struct seccomp_data, arch));
	add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0);
	add_answer(filter, SECCOMP_RET_ERRNO | EPERM);
	load_word(filter, offsetof(struct seccomp_data, nr));
	add_step(filter, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	add_answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

int install_filter(struct filter *filter, unsigned int flags)
{
	struct sock_fprog program = {.len = filter->count, .filter = filter->steps};
	long other;

	if (filter->count > MAX_STEPS)
		return -E2BIG;
	other = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (other < 0)
		return errno == ENOSYS ? -EINVAL : -errno;
	return other ? -EBUSY : 0;
}
