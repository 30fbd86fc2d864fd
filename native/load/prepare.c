/* SPDX-License-Identifier: MIT */
#include "load/prepare.h"
#include <pthread.h>
#include <string.h>
#include "base/messages.h"
#include "load/extract.h"
#include "load/programs.h"
#include "load/rungs.h"
#include "process/inheritance.h"
#include "state.h"

/* Protects the four variables that follow. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct a4t prepared; /* only `skel` is used; NULL = nothing is prepared */
static struct a4t_config likely;
static const struct rung *likely_rung;
static bool too_late;

/* Protects the programs of snapshots, which another thread can take at the same time. */
static pthread_mutex_t snapshots_lock = PTHREAD_MUTEX_INITIALIZER;
static struct accept4_trace *prepared_snapshots; /* NULL = not prepared */
static bool too_late_for_snapshots;

static void drop(void)
{
	accept4_trace__destroy(prepared.skel);
	prepared.skel = NULL;
}

static void load_likely(const struct a4t_config *config)
{
	struct a4t_error error;

	likely = *config;
	note_locked_memory();
	capture_libbpf_messages();
	likely_rung = next_rung(&prepared, likely.probe, NULL);
	if (load_programs(&prepared, &likely, likely_rung, &error))
		drop();
}

static void prepare_snapshots(void)
{
	struct a4t_error error;

	pthread_mutex_lock(&snapshots_lock);
	if (!too_late_for_snapshots && !prepared_snapshots && load_snapshots(&prepared_snapshots, &error)) {
		accept4_trace__destroy(prepared_snapshots);
		prepared_snapshots = NULL;
	}
	pthread_mutex_unlock(&snapshots_lock);
}

struct accept4_trace *take_prepared_snapshots(void)
{
	struct accept4_trace *taken;

	pthread_mutex_lock(&snapshots_lock);
	too_late_for_snapshots = true;
	taken = prepared_snapshots;
	prepared_snapshots = NULL;
	pthread_mutex_unlock(&snapshots_lock);
	return taken;
}

void a4t_prepare(const struct a4t_config *config)
{
	if (!config) {
		kernel_types();
		return;
	}
	pthread_mutex_lock(&lock);
	if (!too_late && !prepared.skel)
		load_likely(config);
	pthread_mutex_unlock(&lock);
	prepare_snapshots();
}

void end_preparation(void)
{
	pthread_mutex_lock(&lock);
	too_late = true;
	pthread_mutex_unlock(&lock);
}

/*
 * Whether the session can use the prepared programs. Not with `verbose`, because a verbose session must also
 * show libbpf's messages about loading.
 */
static bool suits(const struct a4t_config *config, const struct rung *rung)
{
	struct a4t_filter wanted = effective_filter(config), loaded = effective_filter(&likely);

	return rung == likely_rung && !config->verbose && config->ring_bytes == likely.ring_bytes &&
	       config->max_calls <= likely.max_calls && config->max_targets <= likely.max_targets &&
	       config->follow == likely.follow && config->stacks == likely.stacks &&
	       config->turned_away == likely.turned_away && !memcmp(&wanted, &loaded, sizeof(wanted));
}

bool take_prepared(struct a4t *session, const struct a4t_config *config, const struct rung *rung)
{
	bool taken = false;

	pthread_mutex_lock(&lock);
	too_late = true;
	if (prepared.skel && suits(config, rung)) {
		want(session, config);
		session->skel = prepared.skel;
		prepared.skel = NULL;
		taken = true;
	}
	drop();
	pthread_mutex_unlock(&lock);
	return taken;
}
