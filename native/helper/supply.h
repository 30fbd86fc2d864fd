/* SPDX-License-Identifier: MIT */
/*
 * Opens what the unwinder needs to know of a traced process and has no right to open. All files are hostile:
 * see proc/regular.h. Thread-safe.
 */
#ifndef HELPER_SUPPLY_H
#define HELPER_SUPPLY_H

#include <stdint.h>
#include "proc/mounts.h"

/* Opens the memory maps of process `tgid`. Returns a descriptor or a negative errno. */
int open_maps(int32_t tgid);

/*
 * Opens the file that process `tgid` has mapped at `start`, the first address of a mapping, for reading. By
 * its name only if CAP_CHECKPOINT_RESTORE is missing, because the process can put another file there. Returns
 * a descriptor or a negative errno; -ENOENT if no file is mapped there any more. `unread` is the reason if
 * errno does not say enough, else empty.
 */
int open_mapped_file(int32_t tgid, uint64_t start, char unread[FILE_SYSTEM_BYTES]);

/* The same with O_PATH, without any check of the file, for thread `tid`. `type`: see find_below_root(). */
int find_mapped_file(int32_t tid, uint64_t start, char type[FILE_SYSTEM_BYTES]);

#endif
