/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Open files of a task, the sockets among them, and its mount namespace. */
#ifndef FILES_BPF_H
#define FILES_BPF_H

#include "kernel_reads.bpf.h"

struct open_files {
	struct file **by_fd;
	__u32 count;
};

static __always_inline struct open_files open_files_of(struct task_struct *task)
{
	struct files_struct *files = READ(task->files);
	struct fdtable *table = READ(files->fdt);

	return (struct open_files){READ(table->fd), READ(table->max_fds)};
}

/*
 * Whether another task shares the task's table of open files, e.g. a thread of the same process. Also true
 * while a reader of /proc or an iterator briefly holds a reference to the table.
 */
static __always_inline bool shares_files(struct task_struct *task)
{
	struct files_struct *files = READ(task->files);

	return READ(files->count.counter) > 1;
}

/* The open file behind an fd, or NULL. Takes no reference, so another thread may close the file. */
static __always_inline struct file *file_in(const struct open_files *files, __u32 fd)
{
	/*
	 * The slot contains only a pointer, but AS() needs a struct. Any kernel struct whose first member is
	 * a pointer will do.
	 */
	struct list_head *slot = AS(list_head, files->by_fd + fd);
	void *file = fd < files->count ? READ(slot->next) : NULL;

	return file ? AS(file, file) : NULL;
}

static __always_inline struct file *file_of_task(struct task_struct *task, __u32 fd)
{
	struct open_files files = open_files_of(task);

	return file_in(&files, fd);
}

static __always_inline struct file *file_of_fd(__u32 fd)
{
	return file_of_task(current_task(), fd);
}

static __always_inline __u64 inode_number(struct file *file)
{
	struct inode *inode = READ(file->f_inode);

	return READ(inode->i_ino);
}

/*
 * The socket of a file, or NULL if the file is not a socket. The pointer is only guaranteed to be valid while
 * a running call of this thread holds the file. If the path of an AF_UNIX socket is opened with O_PATH, the
 * file has the inode type of a socket, but no private data, so the result is NULL, too.
 */
static __always_inline struct socket *socket_of_file(struct file *file)
{
	struct inode *inode = file ? READ(file->f_inode) : NULL;

	if (!inode || (READ(inode->i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return AS(socket, READ(file->private_data));
}

/* The inode of the task's mount namespace, or 0 if the task has ended. */
static __always_inline __u32 mount_namespace_of(struct task_struct *task)
{
	struct nsproxy *namespaces = READ(task->nsproxy);
	struct mnt_namespace *mounts = namespaces ? READ(namespaces->mnt_ns) : NULL;

	return mounts ? READ(mounts->ns.inum) : 0;
}

#endif
