/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The kernel structs that the programs read, except for sockets (socket_types.h), with only the fields that
 * they read. preserve_access_index makes libbpf relocate every access to the running kernel's layout (CO-RE),
 * so order and offsets do not matter here. Names and types come from the sources
 * of 5.10, 5.15, 6.1, 6.6, 6.12 and 6.18.
 *
 * If a field's name or type differs between kernels, a flavor of the struct (name___suffix) declares the
 * other version. libbpf treats the flavor as `name`.
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

/* Makes bpf_tracing.h use the kernel's names of registers, as in struct pt_regs below. */
#define __VMLINUX_H__

#include <linux/types.h>
#include "kernel_numbers.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long bx, di, si, dx, cx, r8, r9, r10, orig_ax, ax, cs, sp, ss;
};
struct thread_info {
	__u32 status;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31], sp, pstate;
};
struct pt_regs {
	struct user_pt_regs user_regs;
	__u64 orig_x0;
	__s32 syscallno;
};
struct thread_info {
	unsigned long flags;
};
#else
#error "struct pt_regs of this processor is missing: add the registers of system call arguments and number"
#endif

/*
 * The context of programs on tracepoint/syscalls/sys_enter_* and sys_exit_*. The kernel declares two structs
 * with the name syscall_tp_t: one with args in perf_call_bpf_enter(), and one with ret in
 * perf_call_bpf_exit(). The structs of the format file (struct trace_event_raw_sys_*) have another layout on
 * RHEL 9's kernels, where programs that use them fail to attach with EACCES.
 */
struct syscall_tp_t___enter {
	unsigned long args[6];
};

struct syscall_tp_t___exit {
	unsigned long ret;
};

/* The context if the kernel's BTF has no struct syscall_tp_t. */
struct syscall_trace_enter {
	unsigned long args[6];
};

struct syscall_trace_exit {
	long ret;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct list_head {
	struct list_head *next;
};

struct file {
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	struct hlist_head *f_ep; /* the epitems of this file */
};

/* Before 5.11. */
struct file___list {
	struct list_head f_ep_links;
};

struct epoll_event {
	__u64 data;
} __attribute__((packed));

/* One file that an epoll instance watches. */
struct epitem {
	void *ep;
	struct hlist_node fllink; /* in the file's f_ep */
	struct epoll_event event;
};

struct epitem___list {
	struct list_head fllink;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

typedef struct {
	int counter;
} atomic_t;

struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};

struct signal_struct {
	atomic_t live; /* threads that have not begun to exit */
	int group_exit_code;
	unsigned int flags;
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct sigpending {
	sigset_t signal;
};

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_MAX = 4 };

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct hlist_head tasks[PIDTYPE_MAX];
	struct upid numbers[1]; /* one per level; [0] is the initial namespace */
};

struct mnt_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t uid;
	kuid_t euid;
};

struct seccomp {
	int mode; /* SECCOMP_MODE_... */
};

/* The memory area of a kernel stack with CONFIG_VMAP_STACK. */
struct vm_struct {
	unsigned long size; /* with the guard page */
	unsigned int nr_pages;
};

struct io_uring_task;

/* What restart_syscall needs to resume an interrupted call. */
struct restart_block {
	union {
		struct {
			void *ufds;
			int nfds;
			int has_timeout;
		} poll;
	};
};

struct sched_entity {
	__u64 sum_exec_runtime;
	__u64 prev_sum_exec_runtime; /* sum_exec_runtime when the task last got a CPU */
};

/* Empty without CONFIG_SCHED_INFO. */
struct sched_info {
	unsigned long long run_delay;	 /* time spent ready, but not on a CPU, in nanoseconds */
	unsigned long long last_arrival; /* when the task last got a CPU, by the scheduler's clock */
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp; /* in the unified hierarchy */
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	void *stack;
	struct vm_struct *stack_vm_area; /* with CONFIG_VMAP_STACK */
	struct io_uring_task *io_uring;	 /* since 5.10; NULL if the task has never used io_uring */
	unsigned int flags;
	int prio;
	struct sched_entity se;
	struct sched_info sched_info;
	int pid;
	int tgid;
	char comm[16];
	struct sigpending pending;
	struct hlist_node pid_links[PIDTYPE_MAX];
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct nsproxy *nsproxy; /* NULL once the task has exited */
	struct files_struct *files;
	struct signal_struct *signal;
	struct seccomp seccomp;
	struct cred *cred;
	struct css_set *cgroups; /* with CONFIG_CGROUPS */
	int exit_code;
	struct restart_block restart_block;
};

/* Before 5.14. */
struct task_struct___old_state {
	long state;
};

/* Since 5.12, when io_uring's workers became threads of the process; renamed in 5.17. */
struct task_struct___io_worker {
	void *pf_io_worker;
};

struct task_struct___worker {
	void *worker_private;
};

/* Before 6.10. */
struct io_async_connect {
	int unused;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

/* The context of a task iterator. */
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

/* The context of an iterator over the open files of all tasks. */
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
