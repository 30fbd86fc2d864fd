/* SPDX-License-Identifier: MIT */
/* What the parts of the library share; nothing of it is exported. */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <bpf/libbpf.h>
#include "a4t.h"
#include "accept4_trace.skel.h"
#include "events/ring.h"
#include "typed_reads.h"

enum {
	LINK_ENTER,
	LINK_EXIT,
	LINK_ACCEPT_ENTER,
	LINK_ACCEPT_EXIT,
	LINK_LISTENER_KPROBE,
	LINK_LISTENER_FENTRY,
	LINK_CONNECTION_KPROBE,
	LINK_CONNECTION_FENTRY,
	LINK_CONNECTION_INSTALL,
	LINK_UNIX_KPROBE,
	LINK_UNIX_FENTRY,
	LINK_THREAD_EXIT,
	LINK_FORK,
	LINKS
};

/* Calls besides accept4 and accept. */
#define RELATED_CALLS (A4T_SYSCALLS - A4T_FIRST_RELATED + 1) /* and restart_syscall */

/* What can switch hooks off: see silence.c. */
enum { SWITCH_FTRACE, SWITCH_KPROBES, SWITCHES };

/* Where records go while a4t_poll() runs. */
struct batch {
	char *buf;
	uint32_t cap;
	uint32_t most; /* bytes of a record */
	uint32_t used;
	uint64_t last_ns; /* exit_ns of the last record */
};

struct process {
	uint32_t tgid;
	int pidfd; /* -1 once the process has ended */
};

struct a4t {
	struct accept4_trace *skel;
	struct bpf_link *links[LINKS];
	struct bpf_link *related_links[RELATED_CALLS][2]; /* exit, enter */
	struct ring ring;
	struct batch batch;
	int epoll_fd;
	int wake_fd;
	struct process *processes; /* every one given to a4t_trace_process() */
	uint32_t process_count;
	uint32_t alive;
	__u64 *awake_until_ns;	 /* the programs': see A4T_AWAKE_NS */
	uint64_t looks_until_ns; /* of CLOCK_MONOTONIC: records may come that nobody is woken for */
	bool looks;		 /* the last look after that is still to come */
	int task_walk;		 /* a BPF link: each walk is an iterator of it; -1 = none */
	bool announce_due;	 /* there are targets whose calls have not been announced */
	bool follow;
	bool stacks;
	uint32_t calls;		/* that are wanted: enum a4t_call */
	pid_t command;		/* started by a4t_spawn() */
	int command_go;		/* a byte lets it run */
	int command_report;	/* an errno when it could not */
	int switches[SWITCHES]; /* files, -1 = unknown, or no hook depends on it */
	int cgroup;		/* whose tasks alone are traced; -1 = those of all */
	const char *hooks;
	char hooks_note[256];
};

/* error.c */
int fail(struct a4t_error *error, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* From now on fail() adds the last warning that libbpf has for the calling thread; none yet. */
void capture_libbpf_messages(void);
/* Whether libbpf's messages and notes are printed, whichever thread they come from. */
void be_verbose(bool on);
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * kernel_types.c: those types of the kernel whose name a type of the programs has, and all
 * that these hold by value. Made by the first call; safe to call from several threads.
 */
enum kernel_function {
#define FUNCTION(name, number) FUNCTION_##name,
	A4T_KFUNCS(FUNCTION)
#undef FUNCTION
		FUNCTION_WALK, /* what a program that walks over all tasks attaches to */
	FUNCTIONS,
};
struct kernel_types {
	int fd;	    /* a memory file of BTF that stays open, or a negative errno */
	bool typed; /* the programs read by typed pointers, and call kfuncs; else by the helper */
	__u32 functions[FUNCTIONS]; /* the kernel's ids; 0 = it has none, or is not known */
};
const struct kernel_types *kernel_types(void);

/* typed_reads.c: makes the programs call those kfuncs, before they are loaded; 0 or a negative errno. */
int call_kfuncs(struct bpf_object *programs, const __u32 functions[FUNCTIONS]);

/*
 * prepare.c: end_preparation() waits for one that is under way and keeps others from beginning.
 * take_prepared() gives the session what was loaded if that is what it wants, else drops it.
 */
struct rung;
void end_preparation(void);
bool take_prepared(struct a4t *session, const struct a4t_config *config, const struct rung *rung);

/*
 * perf_event.c: 0 or a negative errno. check_kprobe() and check_tracepoint() do all but attach a program.
 */
bool kprobes_available(void);
int attach_errno(void); /* that of libbpf's failure to attach */
int attach_kprobe(struct bpf_link **link, const struct bpf_program *program, const char *function);
int attach_tracepoint(struct bpf_link **link, const struct bpf_program *program, const char *name,
		      struct a4t_error *error);
int check_kprobe(const char *function);
int check_tracepoint(const char *name);

/* rungs.c */
bool fentry_available(void);
const struct rung *next_rung(struct a4t *session, uint32_t wanted, const struct rung *after);
void choose_programs(struct a4t *session, const struct rung *rung);
int attach_rung(struct a4t *session, const struct rung *rung, struct a4t_error *error);
const char *rung_label(const struct rung *rung);
bool is_lowest(const struct rung *rung);
void step_down(struct a4t *session, const char *why, int err);

/* session.c */
uint32_t own_pid_namespace(void); /* its inode, 0 for the initial one */
struct a4t_filter effective_filter(const struct a4t_config *config);
void want(struct a4t *session, const struct a4t_config *config);
/* Loads what `config` wants of the programs for this rung; 0, or a negative errno told in `error`. */
int load_programs(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		  struct a4t_error *error);
int check_load(const struct rung *rung, struct a4t_error *error);
int check_attach(const struct rung *rung, struct a4t_error *error);

/* hooks.c */
struct bpf_program *program_of(const struct a4t *session, int link);
void detach(struct bpf_link **link);
int attach_function(struct a4t *session, int link, const char *function);
int attach_tracepoints(struct a4t *session, struct a4t_error *error);
int prove_hooks(struct a4t *session, bool racy, struct a4t_error *error);
void detach_hooks(struct a4t *session);

/*
 * hand_over.c: lets the kernel, or a process, hold the hooks as well, so that closing them here takes no
 * time. They are detached soon after the descriptor returned is closed. -1: nobody else holds them.
 */
int hand_over_links(const struct a4t *session);

/* related.c */
int configure_related(struct a4t *session);
int attach_related(struct a4t *session, struct a4t_error *error);
void detach_related(struct a4t *session);

/* silence.c */
void open_switches(struct a4t *session);
void close_switches(struct a4t *session);

/* tracepoint.c */
int tracepoint_id(const char *category, const char *name);
bool tracefs_has(const char *file);

/* self_test.c */
int self_test(struct a4t *session, struct accept_event *seen);

/* What an epoll event is about; that of a process carries its index as id. */
enum watch_source { WATCH_RING, WATCH_WAKE, WATCH_READER, WATCH_PROCESS, WATCH_INPUT };

/* clock.c: CLOCK_MONOTONIC, and by how much it is ahead of the kernel's, in nanoseconds. */
uint64_t monotonic_ns(void);
int64_t clock_offset_ns(void);

/* batch.c */
int open_batch(struct a4t *session, const struct a4t_config *config);
int take_record(void *batch, void *record, size_t size);
int read_batch(struct a4t *session, void *buf, uint32_t cap);
int watch(struct a4t *session, int fd, uint32_t events, uint32_t source, uint32_t id);
int watch_reader(struct a4t *session, int fd);
int wait_for_reasons(struct a4t *session, int timeout_ms, struct a4t_wakeup *wakeup);
void close_batch(struct a4t *session);

/* targets.c */
int set_target(struct a4t *session, uint32_t tgid, bool on);
void process_ended(struct a4t *session, uint32_t index);
/* For when the kernel has skipped the program that takes followed children from the count as they end. */
void forget_ended_children(struct a4t *session);
bool targets_gone(struct a4t *session);
void close_targets(struct a4t *session);

/*
 * tasks.c: the program that walks over all tasks. libbpf is to know of its section before any object
 * is opened. announce_calls() makes the threads of new targets known that are in a call at the moment;
 * report_skipped_exits() sends the calls whose exit the kernel has skipped, if it has, once no
 * process is traced any more: mark_skipped_exits() has come before. 0 or a negative errno.
 */
int register_task_walk(void);
int attach_task_walk(struct a4t *session, struct a4t_error *error);
int announce_calls(struct a4t *session);
void mark_skipped_exits(struct a4t *session);
void report_skipped_exits(struct a4t *session);

/* losses.c: at most so many calls have no event because their entry and exit were both skipped. */
bool has_skipped_exits(const struct a4t *session);
/* The same of the ends of threads. */
bool has_skipped_ends(const struct a4t *session);

/* output.c: which of all writes is under way, by number; 0: none. */
int write_under_way(void);

/*
 * signals.c: once a signal has come a write that stands still ends the process by that signal:
 * nobody may read the output, and the write never return.
 */
#define REPEAT_NS 500000000 /* so soon a second signal of a kind is a repeat of the first; later it kills */
int caught_signal(void);
void release_signals(const struct a4t *session);

#endif
