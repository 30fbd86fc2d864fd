/* SPDX-License-Identifier: MIT */
#include "events/losses.h"
#include <errno.h>
#include <stdlib.h>
#include <bpf/bpf.h>
#include "state.h"

static int sum_of_cpus(int map, uint32_t key, uint64_t *sum)
{
	int cpus = libbpf_num_possible_cpus(), err;
	uint64_t *counts;

	*sum = 0;
	if (cpus < 0)
		return cpus;
	counts = calloc(cpus, sizeof(*counts));
	err = counts ? bpf_map_lookup_elem(map, &key, counts) : -ENOMEM;
	for (int cpu = 0; !err && cpu < cpus; cpu++)
		*sum += counts[cpu];
	free(counts);
	return err;
}

/*
 * Linux counts skipped runs since 5.12, and those of programs on perf events since about 6.7. Returns 0 on
 * older kernels.
 */
static uint64_t skipped_runs(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);
	int fd = bpf_program__fd(program);

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len) ? info.recursion_misses : 0;
}

static uint64_t less(uint64_t all, uint64_t some)
{
	return all > some ? all - some : 0;
}

/*
 * An upper bound of how often both twins (see enum passage in bpf/maps.bpf.h) were skipped for the same
 * event. This is the lower of their two counts. If the second twin is not loaded, returns the count of the
 * first.
 */
static uint64_t skipped_twins(const struct bpf_program *first, const struct bpf_program *second)
{
	uint64_t firsts = skipped_runs(first), seconds = skipped_runs(second);

	return bpf_program__fd(second) >= 0 && seconds < firsts ? seconds : firsts;
}

static uint64_t skipped_entries(const struct a4t *session)
{
	const struct accept4_trace *skel = session->skel;

	return skipped_twins(skel->progs.accept4_enter, skel->progs.accept4_enter_twin) +
	       skipped_twins(skel->progs.accept_enter, skel->progs.accept_enter_twin) +
	       skipped_runs(skel->progs.enter_by_fentry);
}

static uint64_t skipped_connections(const struct a4t *session)
{
	return skipped_runs(session->skel->progs.connection_by_kprobe) +
	       skipped_runs(session->skel->progs.connection_by_fentry) +
	       skipped_runs(session->skel->progs.connection_by_install);
}

static uint64_t found(const struct a4t *session, enum a4t_found what)
{
	uint64_t sum;

	return sum_of_cpus(bpf_map__fd(session->skel->maps.losses), what, &sum) ? 0 : sum;
}

/*
 * An upper bound of the exits that neither twin has handled. This is the lower of two numbers: how often the
 * first twin was skipped and the second did not do its work, and how often the second twin was skipped. The
 * bound is exact if only targets accept. Once `calls` has been full, only the first number is a bound,
 * because the second twin may run without doing the work of a skipped first twin: see is_left() in
 * accepts.bpf.h.
 */
static uint64_t skipped_exits(const struct a4t *session)
{
	const struct accept4_trace *skel = session->skel;
	uint64_t firsts = less(skipped_runs(skel->progs.accept_exit), found(session, A4T_FOUND_BY_TWIN));
	uint64_t seconds = skipped_runs(skel->progs.accept_exit_twin);

	if (skel->rodata->by_fentry)
		return skipped_runs(skel->progs.exit_by_fexit);
	return skel->rodata->has_twins && !skel->bss->entry_ever_lost && seconds < firsts ? seconds : firsts;
}

static uint64_t unfound_exits(const struct a4t *session)
{
	return less(skipped_exits(session), found(session, A4T_FOUND_EXIT));
}

/*
 * An upper bound, because the kernel counts the skipped runs of all processes together. A system call is
 * missing if its exit program was skipped and nothing reported the call later. Nothing reports it if its
 * entry program was also skipped, or if its thread ended unnoticed. Skipped runs of the connection hook count
 * too, because no other program sees accepts by io_uring and by the kernel itself. So do skipped runs of
 * related_exit(), the only program that reports related calls.
 */
static uint64_t missing_calls(const struct a4t *session)
{
	return unfound_exits(session) + skipped_runs(session->skel->progs.related_exit) +
	       less(skipped_connections(session), found(session, A4T_FOUND_CONNECTION));
}

/*
 * Without these runs, it is unknown that a target holds a listener. Both refusals and closings can then be
 * missing.
 */
static uint64_t skipped_listens(const struct a4t *session)
{
	return skipped_runs(session->skel->progs.listen_exit) +
	       skipped_runs(session->skel->progs.listen_by_fexit);
}

/*
 * An upper bound, because most of the packets and connects for which the kernel skipped a program were not
 * refused. But packets that arrive while a kprobe runs on the same CPU are not included, because the kernel
 * then skips our kprobes before it counts anything for the program (kprobe_ftrace_handler()).
 */
static uint64_t skipped_refusals(const struct a4t *session)
{
	const struct accept4_trace *skel = session->skel;

	return skipped_runs(skel->progs.syn_by_kprobe) + skipped_runs(skel->progs.ack_by_kprobe) +
	       skipped_runs(skel->progs.ack6_by_kprobe) + skipped_runs(skel->progs.syn_by_fentry) +
	       skipped_runs(skel->progs.ack_by_fentry) + skipped_runs(skel->progs.ack6_by_fentry) +
	       skipped_runs(skel->progs.packet_dropped) + skipped_runs(skel->progs.synack_repeated) +
	       skipped_runs(skel->progs.unix_other_found) + skipped_runs(skel->progs.unix_connected) +
	       skipped_runs(skel->progs.connect_exit) +
	       (session->wanted.calls & A4T_CALL_REFUSED ? skipped_listens(session) : 0);
}

/*
 * An upper bound, because the kernel counts the skipped runs for all sockets of the machine. socket_state()
 * is the only program on a raw tracepoint to be counted. The kernel skips such programs only in interrupts,
 * where the others have nothing to do.
 */
static uint64_t skipped_closings(const struct a4t *session)
{
	return skipped_runs(session->skel->progs.socket_state) +
	       skipped_runs(session->skel->progs.unix_released) +
	       (session->wanted.calls & A4T_CALL_CLOSED ? skipped_listens(session) : 0);
}

bool has_skipped_exits(const struct a4t *session)
{
	return session->skel->rodata->by_fentry || unfound_exits(session) > 0;
}

bool has_skipped_ends(const struct a4t *session)
{
	const struct accept4_trace *skel = session->skel;

	return skipped_twins(skel->progs.thread_exit, skel->progs.thread_exit_twin) > 0;
}

int a4t_losses(const struct a4t *session, uint64_t losses[A4T_LOSS_KINDS])
{
	int map = bpf_map__fd(session->skel->maps.losses), err = 0;

	if (skipped_entries(session) || skipped_runs(session->skel->progs.related_enter))
		session->skel->bss->run_ever_skipped = true;
	for (uint32_t kind = 0; !err && kind < A4T_LOSS_KINDS; kind++)
		err = sum_of_cpus(map, kind, &losses[kind]);
	losses[A4T_LOST_RECURSION] += missing_calls(session);
	losses[A4T_LOST_REFUSALS] = skipped_refusals(session);
	losses[A4T_LOST_CLOSINGS] += skipped_closings(session);
	losses[A4T_LOST_TURNED_AWAY] = skipped_runs(session->skel->progs.connection_ends);
	losses[A4T_LOST_FORKS] =
		skipped_twins(session->skel->progs.process_fork, session->skel->progs.process_fork_twin);
	return err;
}
