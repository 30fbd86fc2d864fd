/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The least that any tracer must do for a call of accept4: remember it at its entry, and report it at its
 * exit. Looks at no socket, so peer, listener, queue and wait stay unknown.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "least.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* Set before loading. */
const volatile __u32 wanted_tgid;

/* One entry per thread, as in the tool. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct least_event);
} calls SEC(".maps");

/* The same size as that of the tool. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");

/* The contexts of the tracepoints: /sys/kernel/tracing/events/syscalls/sys_{enter,exit}_accept4/format. */
struct entry {
	__u64 common;
	__u64 number;
	__u64 arguments[4];
};

struct exit {
	__u64 common;
	__u64 number;
	__s64 ret;
};

static __always_inline struct least_event *call_of(__u32 tid)
{
	struct least_event *call = bpf_map_lookup_elem(&calls, &tid), none = {};

	if (call)
		return call;
	bpf_map_update_elem(&calls, &tid, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&calls, &tid);
}

SEC("tp/syscalls/sys_enter_accept4")
int enter(struct entry *context)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct least_event *call;

	if (id >> 32 != wanted_tgid)
		return 1;
	call = call_of(id);
	if (!call)
		return 1;
	call->tgid = id >> 32;
	call->tid = id;
	call->fd = context->arguments[0];
	call->flags = context->arguments[3];
	call->enter_ns = bpf_ktime_get_ns();
	return 1;
}

SEC("tp/syscalls/sys_exit_accept4")
int leave(struct exit *context)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct least_event *call;

	if (id >> 32 != wanted_tgid)
		return 1;
	call = bpf_map_lookup_elem(&calls, &tid);
	if (!call)
		return 1;
	call->exit_ns = bpf_ktime_get_ns();
	call->ret = context->ret;
	bpf_get_current_comm(call->comm, sizeof(call->comm));
	bpf_ringbuf_output(&events, call, sizeof(*call), BPF_RB_NO_WAKEUP);
	return 1;
}
