/* SPDX-License-Identifier: MIT */
#include "load/task_walk.h"
#include <bpf/bpf.h>
#include "base/error.h"
#include "state.h"

/*
 * To find the target function of a TRACING program, libbpf reads the complete BTF of the kernel, which takes
 * longer than the rest of a start. So the program has another type until it is loaded, and the extract
 * supplies the function.
 */
static int prepare_load(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	__u32 function = *(const __u32 *)cookie;
	int found = function ? (int)function : libbpf_find_vmlinux_btf_id("task", BPF_TRACE_ITER);

	if (found < 0)
		return found;
	options->expected_attach_type = BPF_TRACE_ITER;
	options->attach_btf_id = found;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

int register_task_walk(const __u32 *function)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load,
		    .cookie = (long)function);
	int handler = libbpf_register_prog_handler("task_walk", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);

	return handler < 0 ? handler : 0;
}

int attach_task_walk(struct a4t *session, struct a4t_error *error)
{
	session->hooks.task_walk =
		bpf_link_create(bpf_program__fd(session->skel->progs.walk_task), 0, BPF_TRACE_ITER, NULL);
	return session->hooks.task_walk < 0
		       ? fail(error, session->hooks.task_walk, "attach to the list of tasks")
		       : 0;
}
