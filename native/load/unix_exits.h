/* SPDX-License-Identifier: MIT */
/*
 * The kernel functions of AF_UNIX (net/unix/af_unix.c) that programs attach to. Also tells libbpf how to load
 * the programs that run when two of these functions return.
 */
#ifndef LOAD_UNIX_EXITS_H
#define LOAD_UNIX_EXITS_H

#include <linux/types.h>

#define FIND_OTHER_FUNCTION	"unix_find_other"
#define STREAM_CONNECT_FUNCTION "unix_stream_connect"
#define WAIT_FOR_PEER_FUNCTION	"unix_wait_for_peer"

/*
 * Tells libbpf how to load the programs that run when the first two functions return. Must run before the BPF
 * object is opened for the first time. The arguments point to the BTF ids of the functions. The ids are read
 * at each load, so they can be set after this call. Returns 0 or a negative errno.
 */
int register_unix_exits(const __u32 *find_other, const __u32 *stream_connect);

#endif
