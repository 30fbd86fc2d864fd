/* SPDX-License-Identifier: MIT */
/*
 * Recognizes the file systems of files that a traced process may have chosen. Reading a file on a network or
 * FUSE file system can block, even uninterruptibly, for as long as its server likes. Thread-safe.
 */
#ifndef PROC_MOUNTS_H
#define PROC_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FILE_SYSTEM_BYTES 32

/* The `type` of a file whose mount is in none of the known mount tables. */
#define UNKNOWN_FILE_SYSTEM "unknown file system"

/*
 * Checks whether the kernel itself serves the file system of the file behind `fd`, which can be an O_PATH
 * descriptor. If so, returns 0, and `type` is empty. Otherwise returns -EREMOTE, and `type` is the name of
 * the file system, or UNKNOWN_FILE_SYSTEM. The file should be in the mount namespace of thread `tid`. Never
 * waits for the server of a file system.
 */
int check_file_system(int fd, int32_t tid, char type[FILE_SYSTEM_BYTES]);

/*
 * Finds the mount `id` in text with the format of /proc/PID/mountinfo. Sets `type` to the name of its file
 * system, without a subtype: "fuse" for fuse.sshfs.
 */
bool find_file_system(FILE *mounts, long id, char type[FILE_SYSTEM_BYTES]);

/* Whether the kernel itself serves file systems of this name. */
bool is_local(const char *type);

#endif
