/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Constants of the kernel that the BPF programs use. Those that are not part of the kernel's ABI are the same
 * from 5.10 to 7.3, unless noted. */
#ifndef KERNEL_NUMBERS_H
#define KERNEL_NUMBERS_H

#define PF_EXITING	    0x00000004
#define PF_IO_WORKER	    0x00000010 /* since 5.12 */
#define PF_IO_WORKER_KERNEL 0x20000000 /* before 5.12 */
#define PF_KTHREAD	    0x00200000

/* States of a task. */
#define TASK_INTERRUPTIBLE   0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define __TASK_STOPPED	     0x0004
#define __TASK_TRACED	     0x0008
#define TASK_NOLOAD	     0x0400

#define SIGNAL_GROUP_EXIT 0x00000004
#define SIGKILL		  9
#define SIGSYS		  31

#define EAGAIN	   11
#define EEXIST	   17
#define EPIPE	   32
#define ENOSYS	   38
#define ECONNRESET 104
#define POLLIN	   1
#define POLLRDNORM 64
#define O_NONBLOCK 04000
#define SOCK_DGRAM 2

#define TCP_ESTABLISHED 1
#define TCP_SYN_RECV	3
#define TCP_FIN_WAIT1	4
#define TCP_CLOSE	7
#define TCP_CLOSE_WAIT	8
#define TCP_LAST_ACK	9
#define TCP_LISTEN	10
#define SOCK_DONE	1 /* bit of sk_flags: the FIN has arrived */
#define SOCK_PASSCRED	3
#define SHUTDOWN_MASK	3 /* both bits of sk_shutdown: receiving and sending */
#define S_IFMT		0170000
#define S_IFSOCK	0140000

#endif
