/* SPDX-License-Identifier: MIT */
/*
 * File systems of files that a traced process may have chosen. Reading a file on a network or FUSE file
 * system can block for as long as its server likes, even uninterruptibly. Any thread.
 */
#ifndef PROC_MOUNTS_H
#define PROC_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FILE_SYSTEM_BYTES 32

/* For a file whose mount is in none of the known mount tables. */
#define UNKNOWN_FILE_SYSTEM "unknown file system"

/*
 * Returns 0 if the kernel itself serves the file system of the file behind `fd`, which can have O_PATH. Else
 * returns -EREMOTE, and `type` is the name of the file system, or UNKNOWN_FILE_SYSTEM; it is empty after 0.
 * `tid` is the thread whose mount namespace the file should be in. Asks no file system for anything.
 */
int check_file_system(int fd, int32_t tid, char type[FILE_SYSTEM_BYTES]);

/*
 * Finds the mount `id` in text like /proc/PID/mountinfo. `type` becomes the name of its file system, without
 * a subtype: "fuse" for fuse.sshfs.
 */
bool find_file_system(FILE *mounts, long id, char type[FILE_SYSTEM_BYTES]);

/* Whether the kernel itself serves file systems of this name. */
bool is_local(const char *type);

#endif
