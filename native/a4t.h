/* SPDX-License-Identifier: MIT */
/*
 * liba4t: the accept4 tracer without its user interface. Loads and attaches the
 * BPF programs, hands over event records in batches, tells what woke it.
 *
 * One thread uses a session; only a4t_wake() and a4t_prepare() may be called from another one.
 * Functions that can fail return a negative errno (or NULL) and describe the
 * failure in the caller's struct a4t_error.
 */
#ifndef A4T_H
#define A4T_H

#include <stdint.h>
#include "accept_event.h"
#include "filter.h"

#define A4T_API __attribute__((visibility("default")))

struct a4t; /* a session: owned by the caller of a4t_open(), freed by a4t_close() */

struct a4t_error {
	int32_t error;	  /* positive errno, 0 = none */
	char stage[108];  /* what was tried: "attach to syscalls:sys_enter_accept4" */
	char detail[400]; /* libbpf's last message on the cause, may be empty */
};

/* How to see connections while they are accepted. */
enum a4t_probe {
	A4T_PROBE_AUTO, /* the first of the following that works */
	A4T_PROBE_KPROBE,
	A4T_PROBE_FENTRY,
	A4T_PROBE_FD_INSTALL,
	A4T_PROBE_TRACEPOINT,
};

struct a4t_config {
	uint32_t ring_bytes;  /* a power of two, at least a page */
	uint32_t max_calls;   /* threads that make a traced call, from the first to their end */
	uint32_t max_targets; /* processes */
	int32_t watch_fd;     /* report when its reader has gone; -1 = none */
	uint32_t verbose;     /* not 0: libbpf's messages and the choice of hooks go to stderr */
	uint32_t follow;      /* not 0: children of traced processes are traced as well */
	uint32_t probe;	      /* enum a4t_probe */
	uint32_t stacks;      /* not 0: records are struct accept_event_with_stack */
	uint32_t watch_input; /* not 0: report when stdin can be read */
	uint32_t pad;
	const char *cgroup; /* with A4T_FILTER_CGROUP: its path, below /sys/fs/cgroup or not */
	struct a4t_filter filter;
};

/* Bits of a4t_wakeup.reasons. */
enum a4t_reason {
	A4T_WOKEN = 1 << 0,	   /* a4t_wake() was called, or the terminal has a new size */
	A4T_SIGNALLED = 1 << 1,	   /* a caught signal has arrived, see `signal` */
	A4T_READER_GONE = 1 << 2,  /* nobody reads watch_fd any more */
	A4T_TARGETS_GONE = 1 << 3, /* the last target process has ended, followed children included */
	A4T_INPUT = 1 << 4,	   /* stdin can be read, or has ended */
};

struct a4t_wakeup {
	uint32_t reasons;
	int32_t signal; /* the signal, with A4T_SIGNALLED */
};

/* Hooks whose presence a4t_check_hook() can tell. */
enum a4t_hook {
	A4T_HOOK_TRACEPOINTS,	/* syscalls:sys_enter_accept4 and sys_exit_accept4 */
	A4T_HOOK_SOCK_GRAFT,	/* kprobe on security_sock_graft */
	A4T_HOOK_SOCKET_ACCEPT, /* kprobe on security_socket_accept */
	A4T_HOOK_FENTRY,	/* fentry on both of them */
	A4T_HOOK_FD_INSTALL,	/* kprobe on fd_install */
	A4T_HOOK_UNIX_CONNECT,	/* kprobe on security_unix_stream_connect */
};

/*
 * Hash of the layout table (layout.h). It is equal in libraries and Java classes that agree on all shared
 * structs, enums and numbers; compare it before calling anything else.
 */
A4T_API uint64_t a4t_layout_hash(void);

/* The id of a user, or -ENOENT for an unknown name. */
A4T_API int64_t a4t_user_id(const char *name);

/*
 * Does beforehand what every a4t_open() needs, and loads what one with such a configuration does,
 * unless that is NULL: some milliseconds that another thread can spend on it. The first a4t_open()
 * takes it, if it wants the same and no more room. May be called from any thread, also while
 * a4t_open() runs; it need not be called.
 */
A4T_API void a4t_prepare(const struct a4t_config *likely);

/*
 * Loads the programs, attaches the best hooks that this kernel allows and
 * proves them by an accept4 of its own. No process is traced yet. NULL on
 * failure.
 */
A4T_API struct a4t *a4t_open(const struct a4t_config *config, struct a4t_error *error);

/*
 * Ends the tracing and frees the session. The kernel has detached the hooks some tenths of a
 * second later, unless they could not be handed over to it (see hand_over.c): then before this
 * returns. NULL is allowed.
 */
A4T_API void a4t_close(struct a4t *session);

/* The hooks in use: "tracepoint+kprobe", "tracepoint+fentry", "tracepoint+fd_install" or "tracepoint". */
A4T_API const char *a4t_hooks(const struct a4t *session);

/* Why the hooks are not the best ones, one line; empty when they are. */
A4T_API const char *a4t_hooks_note(const struct a4t *session);

/*
 * Why hooks that are attached are not run at the moment, one line; empty when there is no sign of that. Cheap
 * enough to be asked every second, also after a4t_confine(): hooks are proved only when a session opens.
 */
A4T_API const char *a4t_silenced(const struct a4t *session);

/* Traces process `tgid` from now on. -ESRCH: there is none, or it has ended; -EINVAL: it is a thread's id. */
A4T_API int a4t_trace_process(struct a4t *session, int32_t tgid, struct a4t_error *error);

/*
 * Forks the command that the last `words` arguments of this process name, held
 * before exec, with the ids and groups of `user` unless that is NULL. Returns
 * its process id; it is the caller's to trace and release. -ENOENT: there is no
 * such user.
 */
A4T_API int a4t_spawn(struct a4t *session, int32_t words, const char *user, struct a4t_error *error);

/* Lets the command run. 0, or why it could not be executed: -ENOENT, -EACCES, ... */
A4T_API int a4t_release(struct a4t *session, struct a4t_error *error);

/* Waits for a command to end and returns its wait(2) status, or a negative errno. Needs no session. */
A4T_API int a4t_wait_command(int32_t pid);

/* Traces every process from now on. */
A4T_API int a4t_trace_all(struct a4t *session);

/*
 * Finds the calls that the targets added so far are in. Until then a call whose entry was not seen counts as
 * older than the trace. Otherwise the next a4t_release(), a4t_confine() or a4t_poll() does it.
 */
A4T_API int a4t_find_calls_in_progress(struct a4t *session, struct a4t_error *error);

/*
 * Every thread of this process gives up, for good, the capabilities that it needs no more, and becomes the
 * user's who has called sudo for us, if one has: nothing can be traced, spawned or opened for output anew.
 * Commands that run already keep what they have. `enters_namespaces`: a4t_somaxconn() will be asked. Uses
 * SIGURG.
 */
A4T_API int a4t_confine(struct a4t *session, uint32_t enters_namespaces, struct a4t_error *error);

/* Ends the tracing of every process at once; what is in the ring can still be read. */
A4T_API void a4t_stop(struct a4t *session);

/*
 * Waits up to timeout_ms (-1 = no limit) for records or a reason to return and
 * fills `buf` with whole records; `wakeup` says which reasons there were.
 * Returns the number of bytes, 0 when there is no record; that can be before the
 * timeout, and is at least once a second. `cap` must hold at
 * least one struct accept_event_long, with stacks accept_event_with_stack.
 */
A4T_API int a4t_poll(struct a4t *session, void *buf, uint32_t cap, int32_t timeout_ms,
		     struct a4t_wakeup *wakeup);

/* Makes the running or the next a4t_poll() return. Async-signal-safe. */
A4T_API void a4t_wake(struct a4t *session);

/* Counters since a4t_open(), indexed by enum a4t_loss. */
A4T_API int a4t_losses(const struct a4t *session, uint64_t losses[A4T_LOSS_KINDS]);

/*
 * Opens a file for output, made if there is none, emptied unless `append`: with the rights of who has called
 * sudo for us where these suffice. The fd is the caller's to close. -EACCES with a detail in `error`: others
 * may have put there what it would write to. Needs no session.
 */
A4T_API int a4t_open_output(const char *path, uint32_t append, struct a4t_error *error);

/* write(2), but it waits where others have made the file non-blocking: bytes written, or a negative errno. */
A4T_API int a4t_write(int32_t fd, const void *bytes, uint32_t count);

/* 0, or a negative errno: some file systems report only here what could not be written. */
A4T_API int a4t_close_output(int32_t fd);

/*
 * Starts `sh -c command`, which reads what is written to *output and ignores the terminal's signals. Returns
 * its process id, to be given to a4t_wait_command() once *output has been closed, or a negative errno. Needs
 * no session.
 */
A4T_API int a4t_open_command(const char *command, int32_t *output, struct a4t_error *error);

/* What an fd refers to. */
struct a4t_file {
	uint32_t path_len; /* bytes of path, which has no terminating zero */
	uint32_t deleted;  /* not 0: the path is no more */
	uint32_t device;   /* 'c' or 'b': of the device major:minor; 0 = none */
	uint32_t major;
	uint32_t minor;
	char path[4096]; /* as /proc tells it: "/dev/null", "pipe:[123]", ... */
};

/*
 * Describes fd `fd` of process `tgid`, provided that it still refers to the
 * file with this inode number: 0, -ESTALE, or another negative errno. Needs no
 * session.
 */
A4T_API int a4t_describe_fd(int32_t tgid, int32_t fd, uint64_t inode, struct a4t_file *file);

/*
 * Opens a regular file below the root of process `tgid` that belongs to user `uid` or to root and has at most
 * `most` bytes. Opens nothing else, even if a file is replaced meanwhile, and follows no link out of that
 * root. The fd is the caller's to close. -EACCES: another kind of file, or a stranger's; -EFBIG; or another
 * negative errno. May be called from any thread. Needs no session.
 */
A4T_API int a4t_open_below_root(int32_t tgid, const char *path, uint32_t uid, uint64_t most);

/*
 * What CLOCK_REALTIME shows when CLOCK_MONOTONIC is 0, in nanoseconds: adding it turns
 * an event's times into those of day. As of now; it changes when the clock is set.
 */
A4T_API int64_t a4t_epoch_offset(void);

/*
 * net.core.somaxconn, the most that listen() grants as a backlog, in the network
 * namespace of process `tgid`; a negative errno when that cannot be entered.
 */
A4T_API int32_t a4t_somaxconn(int32_t tgid);

/* In columns; 0 when fd is no terminal or does not know. */
A4T_API int a4t_terminal_width(int32_t fd);

/* 1 when fd is a terminal, else 0. */
A4T_API int a4t_is_terminal(int32_t fd);

/*
 * From now on INT, TERM and HUP (unless it is ignored) are reported by
 * a4t_poll(). A second one of the same kind kills as usual, unless it comes at once: a
 * sender may mean both the process and its group. WINCH wakes it. For one session a process.
 */
A4T_API int a4t_catch_signals(struct a4t *session);

/* Ends this process by the signal, so that its parent sees what happened. */
A4T_API void a4t_die_by_signal(int32_t signal);

/*
 * 0 when the running kernel lets us attach to the hook, else a negative errno. Opens the hook as tracing
 * does; only for fentry it attaches programs as well.
 */
A4T_API int a4t_check_hook(int32_t hook);

/* Loads the programs and drops them again: 0, or a negative errno and why. Attaches nothing. */
A4T_API int a4t_check_load(struct a4t_error *error);

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_probe(value) \
	value(A4T_PROBE_AUTO) value(A4T_PROBE_KPROBE) value(A4T_PROBE_FENTRY) \
	value(A4T_PROBE_FD_INSTALL) value(A4T_PROBE_TRACEPOINT)

#define A4T_VALUES_a4t_reason(value) \
	value(A4T_WOKEN) value(A4T_SIGNALLED) value(A4T_READER_GONE) value(A4T_TARGETS_GONE) \
	value(A4T_INPUT)

#define A4T_VALUES_a4t_hook(value) \
	value(A4T_HOOK_TRACEPOINTS) value(A4T_HOOK_SOCK_GRAFT) value(A4T_HOOK_SOCKET_ACCEPT) \
	value(A4T_HOOK_FENTRY) value(A4T_HOOK_FD_INSTALL) value(A4T_HOOK_UNIX_CONNECT)

#define A4T_FIELDS_a4t_error(field, s) \
	field(s, error) field(s, stage) field(s, detail)

#define A4T_FIELDS_a4t_config(field, s) \
	field(s, ring_bytes) field(s, max_calls) field(s, max_targets) field(s, watch_fd) \
	field(s, verbose) field(s, follow) field(s, probe) field(s, stacks) field(s, watch_input) \
	field(s, pad) field(s, cgroup) field(s, filter)

#define A4T_FIELDS_a4t_wakeup(field, s) \
	field(s, reasons) field(s, signal)

#define A4T_FIELDS_a4t_file(field, s) \
	field(s, path_len) field(s, deleted) field(s, device) field(s, major) field(s, minor) \
	field(s, path)
/* clang-format on */

A4T_ALL_VALUES(a4t_probe);
A4T_ALL_VALUES(a4t_reason);
A4T_ALL_VALUES(a4t_hook);
A4T_ALL_FIELDS(a4t_error);
A4T_ALL_FIELDS(a4t_config);
A4T_ALL_FIELDS(a4t_wakeup);
A4T_ALL_FIELDS(a4t_file);

#endif
