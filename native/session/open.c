/* SPDX-License-Identifier: MIT */
/* The life of a session: open, configure, load, attach, close. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "session.h"
#include "process/inheritance.h"

/* accept4 alone and no filter is what needs no look at the filter at all. */
struct a4t_filter effective_filter(const struct a4t_config *config)
{
	static const struct a4t_filter plain = {.calls = A4T_CALL_ACCEPT4};
	struct a4t_filter filter = config->filter;

	if (!filter.calls)
		filter.calls = A4T_CALL_ACCEPT4;
	filter.any = memcmp(&filter, &plain, sizeof(filter)) != 0;
	return filter;
}

void want(struct a4t *session, const struct a4t_config *config)
{
	session->follow = config->follow;
	session->stacks = config->stacks;
	session->calls = effective_filter(config).calls;
}

/* PROC_PID_INIT_INO of include/linux/proc_ns.h. */
#define INITIAL_PID_NAMESPACE 0xEFFFFFFCu

uint32_t own_pid_namespace(void)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) || status.st_ino == INITIAL_PID_NAMESPACE)
		return 0;
	return status.st_ino;
}

static int configure(struct a4t *session, const struct a4t_config *config, const struct rung *rung)
{
	struct accept4_trace *skel = session->skel;
	struct a4t_filter filter = effective_filter(config);
	int err;

	skel->rodata->pid_namespace = own_pid_namespace();
	skel->rodata->accept4_nr = SYS_accept4;
	skel->rodata->accept_nr = session->calls & A4T_CALL_ACCEPT ? SYS_accept : -1;
	skel->rodata->stacks_wanted = config->stacks;
	skel->rodata->clock_offset_ns = clock_offset_ns();
	memcpy((void *)&skel->rodata->filter, &filter, sizeof(filter));
	bpf_program__set_autoload(skel->progs.process_fork, config->follow);
	bpf_program__set_autoload(skel->progs.accept_enter, session->calls & A4T_CALL_ACCEPT);
	choose_programs(session, rung);
	err = configure_related(session);
	if (!err)
		err = bpf_map__set_max_entries(skel->maps.events, config->ring_bytes);
	if (!err)
		err = bpf_map__set_max_entries(skel->maps.calls, config->max_calls);
	/* One more for the self-test. */
	return err ? err : bpf_map__set_max_entries(skel->maps.targets, config->max_targets + 1);
}

/* Where the unified hierarchy is; beside others it is the second. */
static const char *const cgroup_roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

static int open_unified(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs status;

	if (fd < 0)
		return -errno;
	if (!fstatfs(fd, &status) && status.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	close(fd);
	return -EOPNOTSUPP;
}

/* A path of the file system, or one as /proc/PID/cgroup tells it. */
static int open_cgroup(const char *path)
{
	int fd = *path == '/' ? open_unified(path) : -ENOENT;
	char full[PATH_MAX];

	for (size_t i = 0; fd < 0 && i < sizeof(cgroup_roots) / sizeof(cgroup_roots[0]); i++) {
		snprintf(full, sizeof(full), "%s/%s", cgroup_roots[i], path);
		fd = open_unified(full);
	}
	return fd;
}

/* Before any hook is tried: what is wrong with the path is wrong with each of them. */
static int find_cgroup(struct a4t *session, const struct a4t_config *config, struct a4t_error *error)
{
	if (!(config->filter.set & A4T_FILTER_CGROUP))
		return 0;
	session->cgroup = open_cgroup(config->cgroup);
	return session->cgroup < 0 ? fail(error, session->cgroup, "find cgroup %s", config->cgroup) : 0;
}

static int set_cgroup(struct a4t *session, struct a4t_error *error)
{
	uint32_t first = 0;
	int err;

	if (session->cgroup < 0)
		return 0;
	err = bpf_map_update_elem(bpf_map__fd(session->skel->maps.wanted_cgroup), &first, &session->cgroup,
				  BPF_ANY);
	return err ? fail(error, err, "filter by the cgroup") : 0;
}

/* Without an extract libbpf searches all of the kernel's types, which takes longer. */
static struct accept4_trace *open_object(const struct kernel_types *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, options);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", types->fd);
	if (types->fd >= 0)
		options.btf_custom_path = path;
	else
		note("no extract of the kernel's types: %s", strerror(-types->fd));
	return accept4_trace__open_opts(&options);
}

static int load_with(struct a4t *session, const struct kernel_types *types, const struct a4t_config *config,
		     const struct rung *rung, struct a4t_error *error)
{
	int err;

	session->skel = open_object(types);
	if (!session->skel)
		return fail(error, errno, "open the BPF object");
	err = configure(session, config, rung);
	if (!err && types->typed)
		err = call_kfuncs(session->skel->obj, types->functions);
	if (err)
		return fail(error, err, "configure the BPF object");
	err = accept4_trace__load(session->skel);
	/* libbpf's word for types that it cannot read; we have tried before, and know why. */
	if (err == -ESRCH && types->fd < 0)
		return fail(error, types->fd, "read the kernel's types");
	return err ? fail(error, err, "load the BPF programs") : 0;
}

/* The types that do without typed reads are all of the kernel's. */
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

static int try_rung(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		    struct a4t_error *error)
{
	int err = 0;

	capture_libbpf_messages();
	if (!take_prepared(session, config, rung))
		err = load_programs(session, config, rung, error);
	if (err)
		return err;
	err = set_cgroup(session, error);
	if (err)
		return err;
	err = open_batch(session, config);
	if (err)
		return fail(error, err, "open the ring buffer");
	err = attach_rung(session, rung, error);
	if (!err)
		err = attach_tracepoints(session, error);
	if (!err)
		err = attach_task_walk(session, error);
	return err ? err : prove_hooks(session, is_lowest(rung), error);
}

static void undo(struct a4t *session)
{
	detach_hooks(session);
	close_batch(session);
	accept4_trace__destroy(session->skel);
	session->skel = NULL;
}

/* Down the ladder until a rung holds. What failed on the last one is told as the failure. */
static int start(struct a4t *session, const struct a4t_config *config, struct a4t_error *error)
{
	const struct rung *rung = NULL;
	bool tried = false;
	int err = fail(error, EOPNOTSUPP, "attach the hooks that were asked for");

	while ((rung = next_rung(session, config->probe, rung))) {
		tried = true;
		err = try_rung(session, config, rung, error);
		if (!err) {
			session->hooks = rung_label(rung);
			open_switches(session);
			note("hooks: %s", session->hooks);
			/* What failed on a higher rung is not the cause of any later failure. */
			capture_libbpf_messages();
			return 0;
		}
		step_down(session, error->stage, err);
		undo(session);
	}
	if (!tried)
		snprintf(error->detail, sizeof(error->detail), "%s", session->hooks_note);
	return err;
}

struct a4t *a4t_open(const struct a4t_config *config, struct a4t_error *error)
{
	struct a4t *session = calloc(1, sizeof(*session));

	*error = (struct a4t_error){};
	if (!session) {
		fail(error, ENOMEM, "open a session");
		return NULL;
	}
	session->epoll_fd = -1;
	session->wake_fd = -1;
	for (int at = 0; at < SWITCHES; at++)
		session->switches[at] = -1;
	session->task_walk = -1;
	session->cgroup = -1;
	end_preparation();
	note_locked_memory();
	be_verbose(config->verbose);
	if (find_cgroup(session, config, error) || start(session, config, error)) {
		a4t_close(session);
		return NULL;
	}
	return session;
}

void a4t_close(struct a4t *session)
{
	int outliving;

	if (!session)
		return;
	release_signals(session);
	outliving = hand_over_links(session);
	close_switches(session);
	close_targets(session);
	undo(session);
	if (session->cgroup >= 0)
		close(session->cgroup);
	free(session);
	if (outliving >= 0)
		close(outliving);
}

static int check(const struct rung *rung, bool attach, struct a4t_error *error)
{
	struct a4t_config config = {.ring_bytes = 64 * 1024, .max_calls = 1, .max_targets = 1};
	struct a4t session = {.task_walk = -1};
	int err;

	*error = (struct a4t_error){};
	capture_libbpf_messages();
	err = load_programs(&session, &config, rung, error);
	if (!err && attach)
		err = attach_rung(&session, rung, error);
	detach_hooks(&session);
	accept4_trace__destroy(session.skel);
	return err;
}

int check_load(const struct rung *rung, struct a4t_error *error)
{
	return check(rung, false, error);
}

int check_attach(const struct rung *rung, struct a4t_error *error)
{
	return check(rung, true, error);
}

const char *a4t_hooks(const struct a4t *session)
{
	return session->hooks;
}

const char *a4t_hooks_note(const struct a4t *session)
{
	return session->hooks_note;
}
