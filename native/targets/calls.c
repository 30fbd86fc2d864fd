/* SPDX-License-Identifier: MIT */
/* Walks over all tasks: the program is bpf/tasks.bpf.h's, which says what each is for. */
#include <errno.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "session.h"

/*
 * As iterators are programs of type TRACING, libbpf would read all of the kernel's types for the one
 * function that ours attaches to, which takes longer than all else: to libbpf it is of another type
 * until it is loaded, and we have found the function already.
 */
static int prepare_load(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	__u32 function = kernel_types()->functions[FUNCTION_WALK];
	int found = function ? (int)function : libbpf_find_vmlinux_btf_id("task", BPF_TRACE_ITER);

	(void)cookie;
	if (found < 0)
		return found;
	options->expected_attach_type = BPF_TRACE_ITER;
	options->attach_btf_id = found;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

int register_task_walk(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load);
	int handler = libbpf_register_prog_handler("task_walk", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);

	return handler < 0 ? handler : 0;
}

int attach_task_walk(struct a4t *session, struct a4t_error *error)
{
	session->task_walk =
		bpf_link_create(bpf_program__fd(session->skel->progs.walk_task), 0, BPF_TRACE_ITER, NULL);
	return session->task_walk < 0 ? fail(error, session->task_walk, "attach to the list of tasks") : 0;
}

/* The program runs while its iterator is read; it writes nothing. */
static int walk(struct a4t *session, uint32_t purpose)
{
	int iterator = bpf_iter_create(session->task_walk);
	char nothing[1];
	ssize_t count;

	if (iterator < 0)
		return iterator;
	session->skel->bss->walk_purpose = purpose;
	do
		count = read(iterator, nothing, sizeof(nothing));
	while (count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN)));
	close(iterator);
	return count < 0 ? -errno : 0;
}

int announce_calls(struct a4t *session)
{
	int err;

	if (!session->announce_due)
		return 0;
	err = walk(session, WALK_ANNOUNCE);
	if (err)
		return err;
	session->announce_due = false;
	session->skel->bss->calls_announced = true;
	return 0;
}

int a4t_find_calls_in_progress(struct a4t *session, struct a4t_error *error)
{
	int err = announce_calls(session);

	return err ? fail(error, err, "look at the calls in progress") : 0;
}

void mark_skipped_exits(struct a4t *session)
{
	if (has_skipped_exits(session))
		walk(session, WALK_MARK);
}

void report_skipped_exits(struct a4t *session)
{
	if (has_skipped_exits(session))
		walk(session, WALK_REPORT);
}
