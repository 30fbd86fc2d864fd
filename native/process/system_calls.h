/* SPDX-License-Identifier: MIT */
/* The system calls that a confined process can no longer make; see seccomp(2). */
#ifndef PROCESS_SYSTEM_CALLS_H
#define PROCESS_SYSTEM_CALLS_H

/*
 * From now on, system calls that tracing does not need fail with EPERM in all threads, namely those that
 * control other processes, load kernel modules or BPF programs, start programs, or change the machine. Each
 * thread must have no_new_privs. Returns 0, -EINVAL if the kernel has no seccomp, or another negative errno.
 */
int deny_system_calls(void);

#endif
