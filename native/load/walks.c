/* SPDX-License-Identifier: MIT */
#include "load/walks.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "base/error.h"
#include "load/extract.h"

/* A kind of walk: the section of its program, and the iterator that runs it. */
struct walk {
	const char *section;
	const char *iterator;
	enum kernel_function function; /* the target function of the program */
};

static const struct walk walks[] = {
	{"task_walk", "task", FUNCTION_WALK_TASKS},
	{"file_walk", "task_file", FUNCTION_WALK_FILES},
};

static const __u32 *known_functions;

/*
 * To find the target function of a TRACING program, libbpf reads the complete BTF of the kernel, which takes
 * longer than the rest of a start. So the program has another type until it is loaded, and the extract
 * supplies the function.
 */
static int prepare_load(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	const struct walk *walk = (const struct walk *)cookie;
	__u32 function = known_functions[walk->function];
	int found = function ? (int)function : libbpf_find_vmlinux_btf_id(walk->iterator, BPF_TRACE_ITER);

	if (found < 0)
		return found;
	options->expected_attach_type = BPF_TRACE_ITER;
	options->attach_btf_id = found;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

static int register_walk(const struct walk *walk)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load,
		    .cookie = (long)walk);
	int handler = libbpf_register_prog_handler(walk->section, BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);

	return handler < 0 ? handler : 0;
}

int register_walks(const __u32 *functions)
{
	int err = 0;

	known_functions = functions;
	for (size_t i = 0; !err && i < sizeof(walks) / sizeof(walks[0]); i++)
		err = register_walk(&walks[i]);
	return err;
}

int attach_walk(const struct bpf_program *program, struct a4t_error *error)
{
	int link = bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_ITER, NULL);

	return link < 0 ? fail(error, link, "attach to the list of tasks") : link;
}
