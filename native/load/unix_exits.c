/* SPDX-License-Identifier: MIT */
#include "load/unix_exits.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/*
 * `cookie` points to the BTF id of the kernel function. libbpf would otherwise look up this id, which takes
 * long: see walks.c.
 */
static int prepare_load(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	int err = bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);

	options->expected_attach_type = BPF_TRACE_FEXIT;
	options->attach_btf_id = *(const __u32 *)cookie;
	/* bpf_program__attach_trace() uses the type stored in the program, not the one in `options`. */
	return err ? err : bpf_program__set_expected_attach_type(program, BPF_TRACE_FEXIT);
}

static int register_exit(const char *section, const __u32 *function)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load,
		    .cookie = (long)function);
	int handler = libbpf_register_prog_handler(section, BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);

	return handler < 0 ? handler : 0;
}

int register_unix_exits(const __u32 *find_other, const __u32 *stream_connect)
{
	int err = register_exit(FIND_OTHER_FUNCTION "_exit", find_other);

	return err ? err : register_exit(STREAM_CONNECT_FUNCTION "_exit", stream_connect);
}
