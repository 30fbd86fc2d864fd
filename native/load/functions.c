/* SPDX-License-Identifier: MIT */
#include "load/functions.h"
#include <stdbool.h>
#include <string.h>
#include "load/unix_exits.h"

static const char *const function_names[FUNCTIONS] = {
#define NAME(name, number) #name,
	A4T_KFUNCS(NAME)
#undef NAME
		[FUNCTION_WALK_TASKS] = "bpf_iter_task",
	[FUNCTION_WALK_FILES] = "bpf_iter_task_file",
	[FUNCTION_UNIX_FIND_OTHER] = FIND_OTHER_FUNCTION,
	[FUNCTION_UNIX_STREAM_CONNECT] = STREAM_CONNECT_FUNCTION,
	[FUNCTION_UNIX_WAIT_FOR_PEER] = WAIT_FOR_PEER_FUNCTION,
	[FUNCTION_SYN] = SYN_FUNCTION,
	[FUNCTION_ACK] = ACK_FUNCTION,
	[FUNCTION_ACK6] = ACK6_FUNCTION,
	[FUNCTION_LISTEN] = LISTEN_FUNCTION,
	[FUNCTION_FAULTABLE] = "trace_call_bpf_faultable",
};

/* A quick check that rules out nearly all other functions. Each of function_names begins with a prefix. */
static bool can_be_known(const char *name)
{
	static const char *const prefixes[] = {"bpf_", "unix_", "tcp_", "trace_call_", "__sys_l"};
	bool can = false;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		can |= !strncmp(name, prefixes[i], strlen(prefixes[i]));
	return can;
}

void note_function(__u32 functions[FUNCTIONS], __u32 id, const char *name)
{
	if (!can_be_known(name))
		return;
	for (int i = 0; i < FUNCTIONS; i++)
		if (!functions[i] && !strcmp(name, function_names[i]))
			functions[i] = id;
}
