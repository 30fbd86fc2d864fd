/* SPDX-License-Identifier: MIT */
#include "load/walks.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "base/error.h"

/* A kind of walk: the section of its program, and the iterator that runs it. */
struct walk {
	const char *section;
	const char *iterator;
	const __u32 *function; /* BTF id of the target function of the program, 0 = unknown */
};

static struct walk tasks = {.section = "task_walk", .iterator = "task"};
static struct walk threads = {.section = "thread_walk", .iterator = "task"};
static struct walk files = {.section = "file_walk", .iterator = "task_file"};

/*
 * To find the target function of a TRACING program, libbpf reads the complete BTF of the kernel, which takes
 * longer than the rest of a start. So the program has another type until it is loaded, and extract.h supplies
 * the BTF id of the function.
 */
static int prepare_load(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	const struct walk *walk = (const struct walk *)cookie;
	int found = *walk->function ? (int)*walk->function
				    : libbpf_find_vmlinux_btf_id(walk->iterator, BPF_TRACE_ITER);

	if (found < 0)
		return found;
	options->expected_attach_type = BPF_TRACE_ITER;
	options->attach_btf_id = found;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

static int register_walk(struct walk *walk, const __u32 *function)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load,
		    .cookie = (long)walk);
	int handler;

	walk->function = function;
	handler = libbpf_register_prog_handler(walk->section, BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);

	return handler < 0 ? handler : 0;
}

int register_walks(const __u32 *task_function, const __u32 *file_function)
{
	int err = register_walk(&tasks, task_function);

	if (!err)
		err = register_walk(&threads, task_function);
	return err ? err : register_walk(&files, file_function);
}

int attach_walk(const struct bpf_program *program, struct a4t_error *error)
{
	int link = bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_ITER, NULL);

	return link < 0 ? fail(error, link, "attach to the list of tasks") : link;
}
