/* SPDX-License-Identifier: MIT */
#include "load/programs.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include "base/error.h"
#include "base/messages.h"
#include "events/clock.h"
#include "load/closings.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/kfuncs.h"
#include "load/listening.h"
#include "load/object.h"
#include "load/refusals.h"
#include "load/refused_unix.h"
#include "load/related.h"
#include "load/rungs.h"
#include "load/turned_away.h"
#include "load/unix_waits.h"
#include "process/identity.h"
#include "state.h"

/*
 * Whether the programs can skip the check of a call's kind (enum a4t_call), because they only see wanted
 * kinds. This is so if accept4 is wanted, with or without accept, refusals and closings, but nothing else.
 * The programs for accept4 are always attached, those for the other three only if they are wanted. Accepts
 * other than native system calls, e.g. by io_uring, are always checked.
 */
static bool needs_no_check(uint32_t calls)
{
	return ((calls & ~(A4T_CALL_REFUSED | A4T_CALL_CLOSED)) | A4T_CALL_ACCEPT) == A4T_DEFAULT_CALLS;
}

/* `any` is false if the programs can skip the filter check: needs_no_check(), and there is no filter. */
struct a4t_filter effective_filter(const struct a4t_config *config)
{
	struct a4t_filter filter = config->filter, plain = {};

	if (!filter.calls)
		filter.calls = A4T_DEFAULT_CALLS;
	plain.calls = filter.calls;
	filter.any = !needs_no_check(filter.calls) || memcmp(&filter, &plain, sizeof(filter)) != 0;
	return filter;
}

/* Whether calls on AF_UNIX sockets can pass the filter. These sockets have no ports and no IP addresses. */
static bool can_be_unix(const struct a4t_filter *filter)
{
	if (filter->set & A4T_FILTER_FAMILY && filter->family != AF_UNIX)
		return false;
	if (filter->port_count || filter->peer_count)
		return false;
	return !filter->listener_count || filter->name_count;
}

/* Whether calls on TCP sockets can pass the filter. These sockets have no names. */
static bool can_be_tcp(const struct a4t_filter *filter)
{
	if (filter->set & A4T_FILTER_FAMILY && filter->family != AF_INET && filter->family != AF_INET6)
		return false;
	return !filter->name_count || filter->listener_count;
}

void want(struct a4t *session, const struct a4t_config *config)
{
	session->wanted.follow = config->follow;
	session->wanted.stacks = config->stacks;
	session->wanted.turned_away = config->turned_away;
	session->wanted.calls = effective_filter(config).calls;
	session->wanted.unix_listeners = can_be_unix(&config->filter);
	session->wanted.tcp_listeners = can_be_tcp(&config->filter);
}

/*
 * Programs that can be preempted need twins, i.e. second copies that run if the kernel has skipped the first:
 * see enum passage in maps.bpf.h. Twins in turn need typed reads. Without typed reads, the programs do not
 * call kfuncs, so keep_processor() does nothing. While the first copy is preempted, the second could then run
 * for another task on this CPU, and overwrite the scratch slot that both copies use.
 */
static bool needs_twins(const struct kernel_types *types)
{
	return types->typed && types->functions[FUNCTION_FAULTABLE];
}

static void load_calls(struct a4t *session, bool by_tracepoints, bool twins)
{
	struct accept4_trace *skel = session->skel;
	bool accept = session->wanted.calls & A4T_CALL_ACCEPT;

	skel->rodata->by_fentry = !by_tracepoints;
	skel->rodata->has_twins = by_tracepoints && twins;
	choose(session, LINK_ENTER_FENTRY, !by_tracepoints);
	choose(session, LINK_EXIT_FEXIT, !by_tracepoints);
	choose(session, LINK_UNFINISHED_EXIT, !by_tracepoints);
	choose(session, LINK_ENTER, by_tracepoints);
	choose(session, LINK_EXIT, by_tracepoints);
	choose(session, LINK_ACCEPT_ENTER, by_tracepoints && accept);
	choose(session, LINK_ENTER_TWIN, by_tracepoints && twins);
	choose(session, LINK_EXIT_TWIN, by_tracepoints && twins);
	choose(session, LINK_ACCEPT_ENTER_TWIN, by_tracepoints && twins && accept);
}

static void load_life(struct a4t *session, bool twins)
{
	choose(session, LINK_THREAD_EXIT_TWIN, twins);
	choose(session, LINK_FORK, session->wanted.follow);
	choose(session, LINK_FORK_TWIN, twins && session->wanted.follow);
}

static int configure(struct a4t *session, const struct kernel_types *types, const struct a4t_config *config,
		     const struct rung *rung)
{
	struct accept4_trace *skel = session->skel;
	struct a4t_filter filter = effective_filter(config);
	int err;

	skel->rodata->pid_namespace = own_pid_namespace();
	skel->rodata->accept4_nr = SYS_accept4;
	skel->rodata->accept_nr = session->wanted.calls & A4T_CALL_ACCEPT ? SYS_accept : -1;
	skel->rodata->stacks_wanted = config->stacks;
	skel->rodata->clock_offset_ns = clock_offset_ns();
	skel->rodata->jiffy_ns = jiffy_ns();
	memcpy((void *)&skel->rodata->filter, &filter, sizeof(filter));
	load_calls(session, !sees_calls_by_fentry(rung), needs_twins(types));
	load_life(session, needs_twins(types));
	choose_programs(session, rung);
	choose_turned_away(session);
	choose_refusals(session, types, rung);
	choose_listening(session, types, rung);
	err = configure_related(session);
	if (!err)
		err = configure_unix_waits(session, types);
	if (!err)
		err = configure_refused_unix(session, types, rung);
	if (!err)
		err = configure_closings(session, types);
	if (!err)
		err = bpf_map__set_max_entries(skel->maps.events, config->ring_bytes);
	if (!err && !config->stacks)
		err = bpf_map__set_value_size(skel->maps.stack_scratch, sizeof(__u64));
	if (!err)
		err = bpf_map__set_max_entries(skel->maps.calls, config->max_calls);
	/* One extra entry for this process during the proof (proof.h). */
	return err ? err : bpf_map__set_max_entries(skel->maps.targets, config->max_targets + 1);
}

/* Without the extract, libbpf searches the complete BTF of the kernel, which takes longer. */
static struct accept4_trace *open_with(const struct kernel_types *types)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", types->fd);
	if (types->fd < 0)
		note("no extract of the kernel's types: %s", strerror(-types->fd));
	return open_object(types->fd < 0 ? NULL : path);
}

static int load_with(struct a4t *session, const struct kernel_types *types, const struct a4t_config *config,
		     const struct rung *rung, struct a4t_error *error)
{
	int err;

	session->skel = open_with(types);
	if (!session->skel)
		return fail(error, errno, "open the BPF object");
	err = configure(session, types, config, rung);
	if (!err && types->typed)
		err = call_kfuncs(session->skel->obj, types->functions);
	if (err)
		return fail(error, err, "configure the BPF object");
	err = accept4_trace__load(session->skel);
	/*
	 * libbpf reports ESRCH if it cannot read the kernel's types. The extract has failed for the same
	 * reason, so report its error instead.
	 */
	if (err == -ESRCH && types->fd < 0)
		return fail_as(A4T_FAILURE_KERNEL_TYPES, error, types->fd, "read the kernel's types");
	return err ? fail(error, err, "load the BPF programs") : 0;
}

/* A fallback without typed reads, which makes libbpf use the full BTF of the kernel. */
static const struct kernel_types untyped = {.fd = -EOPNOTSUPP};

int load_programs(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		  struct a4t_error *error)
{
	const struct kernel_types *types = kernel_types();
	int err;

	want(session, config);
	err = load_with(session, types, config, rung, error);
	if (!err || !types->typed)
		return err;
	note("no typed reads: %s: %s", error->detail, strerror(-err));
	accept4_trace__destroy(session->skel);
	return load_with(session, &untyped, config, rung, error);
}

struct bpf_program *file_walk(const struct accept4_trace *skel)
{
	return bpf_program__autoload(skel->progs.walk_files) ? skel->progs.walk_files
							     : skel->progs.walk_files_unrolled;
}

/* Loads only the programs of snapshots, and no maps except those of global variables. */
static void choose_snapshots(struct accept4_trace *skel)
{
	bool has_bpf_loop = libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_loop, NULL) == 1;
	struct bpf_program *program;
	struct bpf_map *map;

	bpf_object__for_each_program(program, skel->obj) bpf_program__set_autoload(program, false);
	bpf_program__set_autoload(has_bpf_loop ? skel->progs.walk_files : skel->progs.walk_files_unrolled,
				  true);
	bpf_program__set_autoload(skel->progs.walk_threads, true);
	bpf_object__for_each_map(map, skel->obj) bpf_map__set_autocreate(map, bpf_map__is_internal(map));
	skel->rodata->pid_namespace = own_pid_namespace();
	skel->rodata->clock_offset_ns = clock_offset_ns();
}

static int load_snapshots_with(struct accept4_trace **skel, const struct kernel_types *types,
			       struct a4t_error *error)
{
	int err = 0;

	*skel = open_with(types);
	if (!*skel)
		return fail(error, errno, "open the BPF object");
	choose_snapshots(*skel);
	if (types->typed)
		err = call_kfuncs((*skel)->obj, types->functions);
	if (!err)
		err = accept4_trace__load(*skel);
	return err ? fail(error, err, "load the BPF programs of snapshots") : 0;
}

int load_snapshots(struct accept4_trace **skel, struct a4t_error *error)
{
	const struct kernel_types *types = kernel_types();
	int err = load_snapshots_with(skel, types, error);

	if (!err || !types->typed)
		return err;
	note("no typed reads: %s: %s", error->detail, strerror(-err));
	accept4_trace__destroy(*skel);
	return load_snapshots_with(skel, &untyped, error);
}
