/* SPDX-License-Identifier: MIT */
/*
 * liba4t: the accept4 tracer without its user interface. Loads and attaches the BPF programs, and returns
 * event records in batches, with the reasons for each wake-up. a4t_helpers.h is the rest of the interface.
 *
 * All calls with a session must come from the same thread, except a4t_wake() and a4t_is_target(). Functions
 * that can fail return a negative errno, or NULL. If they have a parameter of type struct a4t_error, they
 * also describe the failure in it.
 */
#ifndef A4T_H
#define A4T_H

#include <stdint.h>
#include "accept_event.h"
#include "filter.h"
#include "queue_record.h"
#include "refusal_record.h"
#include "thread_record.h"

#define A4T_API __attribute__((visibility("default")))

struct a4t; /* a session; owned by the caller of a4t_open(), freed by a4t_close() */

/* Failures for which the user gets specific advice. */
enum a4t_failure {
	A4T_FAILURE_OTHER,	  /* errno says enough */
	A4T_FAILURE_TRACEPOINT,	  /* reading tracefs, or attaching to a tracepoint of system calls */
	A4T_FAILURE_CGROUP,	  /* finding the cgroup of the filter */
	A4T_FAILURE_KERNEL_TYPES, /* reading the kernel's BTF */
	A4T_FAILURE_INVOKER,	  /* identifying the user who ran sudo */
	A4T_FAILURE_HELPER,	  /* starting a helper */
};

struct a4t_error {
	int32_t error;	  /* positive errno, 0 = none */
	uint32_t failure; /* enum a4t_failure */
	char stage[108];  /* what was tried, e.g. "attach to syscalls:sys_enter_accept4" */
	char detail[400]; /* libbpf's last warning about the cause; may be empty */
};

/* How to see calls, and connections while they are accepted; see load/rungs.h. */
enum a4t_probe {
	A4T_PROBE_AUTO, /* the first of the others that works, but never A4T_PROBE_FENTRY */
	A4T_PROBE_KPROBE,
	A4T_PROBE_TRACEPOINT_FENTRY,
	A4T_PROBE_FD_INSTALL,
	A4T_PROBE_TRACEPOINT,
	A4T_PROBE_FENTRY, /* only on request; cannot see calls that seccomp answers */
};

struct a4t_config {
	uint32_t ring_bytes;  /* a power of two, at least a page */
	uint32_t max_calls;   /* limit of living threads that have made a traced call */
	uint32_t max_targets; /* processes traced at the same time */
	int32_t watch_fd;     /* watched for A4T_READER_GONE; -1 = none */
	uint32_t verbose;     /* not 0: print libbpf's messages and the choice of hooks to stderr */
	uint32_t follow;      /* not 0: trace children of traced processes, too */
	uint32_t probe;	      /* enum a4t_probe */
	uint32_t stacks;      /* not 0: records are struct accept_event_with_stack */
	uint32_t watch_input; /* not 0: report A4T_INPUT for stdin */
	uint32_t turned_away; /* not 0: report A4T_EVENT_TURNED_AWAY */
	uint32_t cgroups;     /* not 0: records contain the caller's cgroup */
	uint32_t pad;
	const char *cgroup; /* path for A4T_FILTER_CGROUP: in the file system, or as in /proc/PID/cgroup */
	struct a4t_filter filter;
};

/* Bits of a4t_wakeup.reasons. */
enum a4t_reason {
	A4T_WOKEN = 1 << 0,	   /* a4t_wake() was called, or the terminal has a new size */
	A4T_SIGNALLED = 1 << 1,	   /* a caught signal has arrived; see `signal` */
	A4T_READER_GONE = 1 << 2,  /* nobody reads watch_fd any more */
	A4T_TARGETS_GONE = 1 << 3, /* the last target process has ended, including followed children */
	A4T_INPUT = 1 << 4,	   /* stdin is readable or at its end */
};

struct a4t_wakeup {
	uint32_t reasons;
	int32_t signal; /* with A4T_SIGNALLED: the number of the signal */
};

/* Hooks that a4t_check_hook() can check. */
enum a4t_hook {
	A4T_HOOK_TRACEPOINTS,	/* syscalls:sys_enter_accept4 and sys_exit_accept4 */
	A4T_HOOK_SOCK_GRAFT,	/* kprobe on security_sock_graft */
	A4T_HOOK_SOCKET_ACCEPT, /* kprobe on security_socket_accept */
	A4T_HOOK_FENTRY,	/* fentry on these two functions and on security_unix_stream_connect */
	A4T_HOOK_FD_INSTALL,	/* kprobe on fd_install */
	A4T_HOOK_UNIX_CONNECT,	/* kprobe on security_unix_stream_connect */
	A4T_HOOK_ACCEPT_FENTRY, /* fentry and fexit on __sys_accept4, and all of A4T_HOOK_FENTRY */
	A4T_HOOK_CLOSED,	/* raw tracepoints at the end of TCP sockets */
	A4T_HOOK_UNIX_CLOSED,	/* kprobe on unix_release_sock */
};

/*
 * Returns the hash of the layout table (layout.h). If this hash equals that of the Java classes, both agree
 * on all shared structs, enums and numbers. Compare the hashes before calling anything else.
 */
A4T_API uint64_t a4t_layout_hash(void);

/* Returns the id of a user, or -ENOENT for an unknown name. Not thread-safe. */
A4T_API int64_t a4t_user_id(const char *name);

/*
 * Returns 0 if nobody ran sudo or the user who ran sudo is known, else a negative errno. Call this first,
 * because a4t_confine() fails for the same reason, but only after tracing has begun. Not thread-safe.
 */
A4T_API int a4t_check_invoker(struct a4t_error *error);

/*
 * Optional. Prepares what every a4t_open() needs. Unless `likely` is NULL, also loads two sets of programs in
 * some milliseconds: for `likely` and for snapshots. The first a4t_open() uses the former if its
 * configuration matches: max_calls and max_targets may be smaller, and cgroups, watch_fd and watch_input may
 * differ. The first a4t_snapshots_open() uses the latter. Any thread may call this, even during a4t_open().
 */
A4T_API void a4t_prepare(const struct a4t_config *likely);

/*
 * Loads the programs, attaches the best hooks that this kernel allows, and proves them with an accept4 of its
 * own. Does not trace any process yet. Returns NULL on failure.
 */
A4T_API struct a4t *a4t_open(const struct a4t_config *config, struct a4t_error *error);

/*
 * Stops tracing and frees the session, which may be NULL. Detaching the hooks takes some tenths of a second,
 * so another task does it (load/hand_over.h). If none can, waits until they are detached.
 */
A4T_API void a4t_close(struct a4t *session);

/* Returns the hooks in use, an enum a4t_probe other than A4T_PROBE_AUTO. */
A4T_API int a4t_hooks(const struct a4t *session);

/*
 * Returns 1 if the session slows down every system call of every process as long as it is open, else 0. With
 * A4T_PROBE_FENTRY, it only does so if filter.calls contains any of A4T_RELATED_CALLS.
 */
A4T_API int a4t_slows_others(const struct a4t *session);

/* How many events of a kind the hooks of a session see. */
enum a4t_coverage {
	A4T_COVERAGE_NONE,
	A4T_COVERAGE_SOME, /* TCP: only some last ACKs; AF_UNIX: only connect(2), and no inode */
	A4T_COVERAGE_ALL,
};

/*
 * Which refused connections, and which connections that are reset by closed listeners, the hooks see: for TCP
 * and for AF_UNIX. All return an enum a4t_coverage; A4T_COVERAGE_NONE if the calls do not include
 * A4T_CALL_REFUSED or A4T_CALL_CLOSED, respectively.
 */
A4T_API int a4t_sees_refusals(const struct a4t *session);
A4T_API int a4t_sees_unix_refusals(const struct a4t *session);
A4T_API int a4t_sees_closings(const struct a4t *session);
A4T_API int a4t_sees_unix_closings(const struct a4t *session);

/* Returns one line on why the best hooks are not in use; empty if they are. Valid as long as the session. */
A4T_API const char *a4t_hooks_note(const struct a4t *session);

/*
 * Returns one line on why the attached hooks do not run at the moment; empty if they seem to run. Call this
 * e.g. every second, because a4t_open() proves the hooks only once. Also works after a4t_confine().
 */
A4T_API const char *a4t_silenced(const struct a4t *session);

/*
 * Traces process `tgid` from now on. -ESRCH: it does not exist or has ended. -EINVAL: it is the id of a
 * thread. With A4T_PROBE_FENTRY, add all processes before the first a4t_poll(): for later ones, the exit of
 * calls that were in progress when the session was opened is not seen.
 */
A4T_API int a4t_trace_process(struct a4t *session, int32_t tgid, struct a4t_error *error);

/*
 * Forks a process for a command: the last arguments of this process, `words` of them. Unless `user` is NULL,
 * the process gets the ids and groups of that user. It waits before exec until a4t_release(), so that the
 * caller can trace it first. If `must_end` is not 0, the command and all other targets are killed by
 * a4t_end_command() or a4t_close(), or when this process ends. Returns the process id. -ENOENT: unknown user.
 */
A4T_API int a4t_spawn(struct a4t *session, int32_t words, const char *user, uint32_t must_end,
		      struct a4t_error *error);

/*
 * If the command was spawned with `must_end`, kills it and all other targets, and waits for their end, at
 * most two seconds. Call this before a4t_stop(), which would make it spare the other targets. Also works
 * after a4t_confine(). The status of the command can still be waited for.
 */
A4T_API void a4t_end_command(struct a4t *session);

/* Lets the command run. Returns 0, or the error of exec: -ENOENT, -EACCES, ... */
A4T_API int a4t_release(struct a4t *session, struct a4t_error *error);

/* Waits for the end of a command. Returns its wait(2) status, or a negative errno. Needs no session. */
A4T_API int a4t_wait_command(int32_t pid);

/* Traces every process from now on. */
A4T_API int a4t_trace_all(struct a4t *session);

/*
 * Returns 1 if process `tgid` is traced, possibly only as a followed child, else 0. After a4t_stop(), returns
 * whether it was traced until then. Thread-safe, but must return before a4t_close() is called.
 */
A4T_API int a4t_is_target(const struct a4t *session, int32_t tgid);

/*
 * Finds the calls in progress of the targets added so far. Until then, a call whose entry was not recorded is
 * reported as begun before the trace. If this function is not called, the next a4t_release(), a4t_confine()
 * or a4t_poll() finds these calls.
 */
A4T_API int a4t_find_calls_in_progress(struct a4t *session, struct a4t_error *error);

/*
 * Makes every thread of this process permanently drop the capabilities that are no longer needed, and switch
 * to the user who ran sudo, if there is one. Afterwards, nothing else can be traced, spawned or opened for
 * output. Running commands are not affected. Uses SIGURG.
 */
A4T_API int a4t_confine(struct a4t *session, struct a4t_error *error);

/* Immediately stops tracing all processes. Records in the ring can still be read. */
A4T_API void a4t_stop(struct a4t *session);

/*
 * Waits up to `timeout_ms` (-1 = no limit), but at most a second, for records or another reason to return.
 * Stores the reasons in `wakeup`. Fills `buf` with complete records, and returns their length in bytes.
 * Returns 0 if there are none, possibly before the timeout. `cap` is the size of `buf`. It must be at least
 * the size of the largest record, which is struct accept_event_with_stack if stacks are recorded, else struct
 * accept_event_long.
 */
A4T_API int a4t_poll(struct a4t *session, void *buf, uint32_t cap, int32_t timeout_ms,
		     struct a4t_wakeup *wakeup);

/* Makes the running or the next a4t_poll() return. Thread-safe and async-signal-safe. */
A4T_API void a4t_wake(struct a4t *session);

/* Counters since a4t_open(), indexed by enum a4t_loss. */
A4T_API int a4t_losses(const struct a4t *session, uint64_t losses[A4T_LOSS_KINDS]);

/* How to open a file for output: the sum of these. */
enum a4t_output {
	A4T_APPEND = 1 << 0,  /* do not truncate the file */
	A4T_PRIVATE = 1 << 1, /* only its owner may read a new file */
};

/*
 * Opens a file for output. Creates it if it is missing. `how`: enum a4t_output. Uses the permissions of the
 * user who ran sudo if they suffice. The caller must close the returned fd with
 * a4t_close_output(). -EACCES with a detail in `error`: another user may have planted the file or a link.
 * Needs no session.
 */
A4T_API int a4t_open_output(const char *path, uint32_t how, struct a4t_error *error);

/* Like write(2), but waits even if another process has set O_NONBLOCK. Returns bytes or a negative errno. */
A4T_API int a4t_write(int32_t fd, const void *bytes, uint32_t count);

/* Returns 0 or a negative errno. Some file systems report write errors only at close. */
A4T_API int a4t_close_output(int32_t fd);

/*
 * Starts `sh -c command`, which ignores signals of the terminal. The command's stdin is a pipe, whose writing
 * end is stored in *output. Returns the process id, or a negative errno. The caller must close *output, then
 * call a4t_wait_command(). Needs no session.
 */
A4T_API int a4t_open_command(const char *command, int32_t *output, struct a4t_error *error);

/* The file that an fd refers to. */
struct a4t_file {
	uint32_t path_len; /* bytes of `path`, which is not NUL-terminated */
	uint32_t deleted;  /* not 0: the file has been deleted */
	uint32_t device;   /* 'c' or 'b' for a device; 0 = not a device */
	uint32_t major;
	uint32_t minor;
	char path[4096]; /* as shown by /proc: "/dev/null", "pipe:[123]", ... */
};

/*
 * Describes `fd` of process `tgid`. Returns 0, or a negative errno; -ESTALE if the fd no longer refers to the
 * file with this inode number. Needs no session.
 */
A4T_API int a4t_describe_fd(int32_t tgid, int32_t fd, uint64_t inode, struct a4t_file *file);

/*
 * Opens a regular file below the root of process `tgid`. The file must belong to user `uid`, have only one
 * hard link, and have at most `most` bytes. Safe against files that are replaced meanwhile, links that lead
 * out of that root, and file systems that do not answer. The caller must close the returned fd. -EACCES: the
 * file is not regular, belongs to another user, or has more than one hard link. -EFBIG: it is too large.
 * -EREMOTE: it is on a file system that is not known to be local, e.g. NFS, FUSE or proc. The name of the
 * file system is then in `detail` of `error`. Thread-safe. Needs no session.
 */
A4T_API int a4t_open_below_root(int32_t tgid, const char *path, uint32_t uid, uint64_t most,
				struct a4t_error *error);

/*
 * Returns 1 if process `tgid` runs a 32-bit program, by its ELF header, else 0. Returns a negative errno if
 * that is unknown; -EREMOTE: the file is on a file system that is not known to be local, e.g. NFS, FUSE or
 * proc. Thread-safe. Needs no session.
 */
A4T_API int a4t_is_32_bit(int32_t tgid);

/* Like read(2). Returns the number of bytes, 0 at the end, or a negative errno. Thread-safe. */
A4T_API int a4t_read(int32_t fd, void *bytes, uint32_t count);

/* Returns CLOCK_REALTIME minus CLOCK_MONOTONIC in ns, which changes when the clock is set. */
A4T_API int64_t a4t_epoch_offset(void);

/* Returns local time minus UTC in seconds, at `epoch_s` seconds since 1970. Thread-safe. */
A4T_API int a4t_utc_offset(int64_t epoch_s);

/* Returns the width of a terminal in columns; 0 if `fd` is not a terminal or the width is unknown. */
A4T_API int a4t_terminal_width(int32_t fd);

/* Returns 1 if `fd` is a terminal, else 0. */
A4T_API int a4t_is_terminal(int32_t fd);

/*
 * From now on, a4t_poll() reports SIGINT, SIGTERM and SIGHUP (unless SIGHUP is ignored). A second signal of
 * the same kind kills the process, unless it follows immediately, because some programs signal both a process
 * and its group. SIGWINCH wakes a4t_poll(). Only one session of a process may catch signals.
 */
A4T_API int a4t_catch_signals(struct a4t *session);

/* Ends this process by `signal`, so that the parent sees the cause in the wait status. */
A4T_API void a4t_die_by_signal(int32_t signal);

/*
 * Returns 0 if the running kernel allows attaching to the hook, else a negative errno. For A4T_HOOK_FENTRY
 * and A4T_HOOK_ACCEPT_FENTRY, attaches programs; for other hooks, only opens the hook.
 */
A4T_API int a4t_check_hook(int32_t hook);

/*
 * Snapshots of the machine: its accept queues (bpf/queue_record.h), and its threads (bpf/thread_record.h).
 * They do not need a session. Call a4t_snapshots_open() before a4t_confine(); the other functions also work
 * after it. Only one thread at a time may call these functions.
 */
struct a4t_snapshots; /* owned by the caller of a4t_snapshots_open(), freed by a4t_snapshots_close() */

enum a4t_snapshot {
	A4T_SNAPSHOT_QUEUES,  /* for each listening descriptor: struct a4t_queue and a4t_waiting[] */
	A4T_SNAPSHOT_THREADS, /* for each thread: struct a4t_thread */
};

A4T_API struct a4t_snapshots *a4t_snapshots_open(struct a4t_error *error);
A4T_API void a4t_snapshots_close(struct a4t_snapshots *snapshots); /* NULL is allowed */

/*
 * Ends the previous snapshot, and begins the snapshot `what` (enum a4t_snapshot). Returns 0 or a negative
 * errno.
 */
A4T_API int a4t_snapshot_begin(struct a4t_snapshots *snapshots, uint32_t what);

/*
 * Reads whole records of the snapshot into `buf`. `size` is the size of `buf`, at least twice that of the
 * longest record. Returns the number of bytes read, 0 at the end, or a negative errno, after which the
 * snapshot has ended.
 */
A4T_API int a4t_snapshot_read(struct a4t_snapshots *snapshots, void *buf, uint32_t size);

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_probe(value) \
	value(A4T_PROBE_AUTO) value(A4T_PROBE_KPROBE) value(A4T_PROBE_TRACEPOINT_FENTRY) \
	value(A4T_PROBE_FD_INSTALL) value(A4T_PROBE_TRACEPOINT) value(A4T_PROBE_FENTRY)

#define A4T_VALUES_a4t_failure(value) \
	value(A4T_FAILURE_OTHER) value(A4T_FAILURE_TRACEPOINT) value(A4T_FAILURE_CGROUP) \
	value(A4T_FAILURE_KERNEL_TYPES) value(A4T_FAILURE_INVOKER) value(A4T_FAILURE_HELPER)

#define A4T_VALUES_a4t_reason(value) \
	value(A4T_WOKEN) value(A4T_SIGNALLED) value(A4T_READER_GONE) value(A4T_TARGETS_GONE) value(A4T_INPUT)

#define A4T_VALUES_a4t_hook(value) \
	value(A4T_HOOK_TRACEPOINTS) value(A4T_HOOK_SOCK_GRAFT) value(A4T_HOOK_SOCKET_ACCEPT) \
	value(A4T_HOOK_FENTRY) value(A4T_HOOK_FD_INSTALL) value(A4T_HOOK_UNIX_CONNECT) \
	value(A4T_HOOK_ACCEPT_FENTRY) value(A4T_HOOK_CLOSED) value(A4T_HOOK_UNIX_CLOSED)

#define A4T_VALUES_a4t_coverage(value) value(A4T_COVERAGE_NONE) value(A4T_COVERAGE_SOME) value(A4T_COVERAGE_ALL)
#define A4T_VALUES_a4t_output(value) value(A4T_APPEND) value(A4T_PRIVATE)
#define A4T_VALUES_a4t_snapshot(value) value(A4T_SNAPSHOT_QUEUES) value(A4T_SNAPSHOT_THREADS)

#define A4T_FIELDS_a4t_error(field, s) field(s, error) field(s, failure) field(s, stage) field(s, detail)
#define A4T_FIELDS_a4t_config(field, s) \
	field(s, ring_bytes) field(s, max_calls) field(s, max_targets) field(s, watch_fd) \
	field(s, verbose) field(s, follow) field(s, probe) field(s, stacks) field(s, watch_input) \
	field(s, turned_away) field(s, cgroups) field(s, pad) field(s, cgroup) field(s, filter)
#define A4T_FIELDS_a4t_wakeup(field, s) field(s, reasons) field(s, signal)
#define A4T_FIELDS_a4t_file(field, s) \
	field(s, path_len) field(s, deleted) field(s, device) field(s, major) field(s, minor) field(s, path)
/* clang-format on */

A4T_ALL_VALUES(a4t_probe);
A4T_ALL_VALUES(a4t_failure);
A4T_ALL_VALUES(a4t_reason);
A4T_ALL_VALUES(a4t_hook);
A4T_ALL_VALUES(a4t_coverage);
A4T_ALL_VALUES(a4t_output);
A4T_ALL_VALUES(a4t_snapshot);
A4T_ALL_FIELDS(a4t_error);
A4T_ALL_FIELDS(a4t_config);
A4T_ALL_FIELDS(a4t_wakeup);
A4T_ALL_FIELDS(a4t_file);

#endif
