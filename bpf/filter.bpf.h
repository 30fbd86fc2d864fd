/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Filters of calls, by caller, by listener and by result. */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "identity.bpf.h"
#include "filter.h"
#include <bpf/bpf_endian.h>

_Static_assert(A4T_FILTER_NAME == A4T_UNIX_NAME, "both are UNIX_PATH_MAX");

const volatile struct a4t_filter filter;

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} wanted_cgroup SEC(".maps");

/* Filters are off until tracing begins, because the library's proof call (native/load/proof.h) must pass. */
static __always_inline bool filters(void)
{
	return filter.any && live_since_ns;
}

static __always_inline bool is_on(__u32 bit)
{
	return filter.set & bit;
}

/* Compares without a branch for each byte, so that the verifier has few paths to follow. */
static __always_inline bool is_same_comm_as(const volatile struct a4t_comm *wanted, const __u64 comm[2])
{
	const volatile __u64 *name = (const void *)wanted->name, *mask = (const void *)wanted->mask;

	return !(((comm[0] ^ name[0]) & mask[0]) | ((comm[1] ^ name[1]) & mask[1]));
}

static __always_inline bool is_wanted_comm(const char comm[A4T_FILTER_COMM])
{
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.comm_count; i++)
		if (is_same_comm_as(&filter.comms[i], (const void *)comm))
			return true;
	return false;
}

static __always_inline bool has_wanted_comm(struct task_struct *task)
{
	char comm[A4T_FILTER_COMM] __attribute__((aligned(8))) = "";

	read_comm_of_task(comm, task);
	if (is_wanted_comm(comm))
		return true;
	read_process_comm(comm, task);
	return is_wanted_comm(comm);
}

static __always_inline bool is_wanted_uid(struct task_struct *task)
{
	return !filters() || !is_on(A4T_FILTER_UID) || uid_of_current(task) == filter.uid;
}

static __always_inline bool has_wanted_name_and_cgroup(struct task_struct *task)
{
	if (!filters())
		return true;
	if (is_on(A4T_FILTER_CGROUP) && bpf_current_task_under_cgroup(&wanted_cgroup, 0) != 1)
		return false;
	return !filter.comm_count || has_wanted_comm(task);
}

static __always_inline bool is_wanted_caller(struct task_struct *task)
{
	return is_wanted_uid(task) && has_wanted_name_and_cgroup(task);
}

/* Converts an IP address to the form of struct a4t_network; false for other families. */
static __always_inline bool to_network(__u64 addr[2], const struct a4t_endpoint *end, __u16 family)
{
	if (family == AF_INET6) {
		__builtin_memcpy(addr, end->addr, 16);
		return true;
	}
	addr[0] = 0;
	addr[1] = bpf_cpu_to_be64(0xffffULL << 32);
	__builtin_memcpy((char *)&addr[1] + 4, end->addr, 4);
	return family == AF_INET;
}

static __always_inline bool is_in(const volatile struct a4t_network *network, const __u64 addr[2])
{
	return (addr[0] & network->mask[0]) == network->addr[0] &&
	       (addr[1] & network->mask[1]) == network->addr[1];
}

static __always_inline bool is_wanted_port(__u16 port)
{
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.port_count; i++)
		if (filter.ports[i].first <= port && port <= filter.ports[i].last)
			return true;
	return filter.port_count == 0;
}

static __always_inline bool is_wanted_ip(const struct a4t_socket *listener)
{
	__u64 addr[2];

	if (filter.listener_count == 0 || !to_network(addr, &listener->local, listener->family))
		return false;
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.listener_count; i++) {
		__u32 port = filter.listeners[i].port;

		if (is_in(&filter.listeners[i], addr) && (port == 0 || port == listener->local.port))
			return true;
	}
	return false;
}

/* Compares without a branch for each word, so that the verifier has few paths to follow. */
static __always_inline bool is_same_name(const volatile struct a4t_unix_name *wanted, const __u8 *name)
{
	__u64 different = *(const volatile __u32 *)&wanted->name[A4T_FILTER_NAME - sizeof(__u32)] ^
			  *(const __u32 *)&name[A4T_FILTER_NAME - sizeof(__u32)];

	for (__u32 at = 0; at < A4T_FILTER_NAME - sizeof(__u32); at += sizeof(__u64))
		different |= *(const volatile __u64 *)&wanted->name[at] ^ *(const __u64 *)&name[at];
	return !different;
}

/*
 * Both names are padded with zeros and compared in full length. So NUL bytes at the end of an abstract name
 * do not matter. This is intended, because many programs bind the whole sun_path.
 */
static __always_inline bool is_wanted_unix_name(const struct a4t_socket *listener, const __u8 *name)
{
	if (filter.name_count == 0 || listener->family != AF_UNIX || listener->local.name_len == 0)
		return false;
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.name_count; i++)
		if (is_same_name(&filter.names[i], name))
			return true;
	return false;
}

static __always_inline bool is_wanted_name(const struct accept_event *event)
{
	const struct accept_event_long *call = (const void *)event;

	return is_wanted_unix_name(&event->listener, call->local_name);
}

static __always_inline bool is_any_address_wanted(void)
{
	return filter.listener_count == 0 && filter.name_count == 0;
}

static __always_inline bool is_wanted_address(const struct accept_event *event)
{
	return is_any_address_wanted() || is_wanted_ip(&event->listener) || is_wanted_name(event);
}

static __always_inline __u32 call_of(const struct accept_event *event)
{
	if (event->type == A4T_EVENT_CLOSED || event->type == A4T_EVENT_GAVE_UP)
		return A4T_CALL_CLOSED;
	if (event->via == A4T_VIA_IO_URING)
		return A4T_CALL_IO_URING;
	if (event->syscall >= A4T_FIRST_WAIT)
		return A4T_CALL_POLL;
	switch (event->syscall) {
	case A4T_SYSCALL_ACCEPT:
		return A4T_CALL_ACCEPT;
	case A4T_SYSCALL_BIND:
		return A4T_CALL_BIND;
	case A4T_SYSCALL_LISTEN:
		return A4T_CALL_LISTEN;
	default:
		return A4T_CALL_ACCEPT4;
	}
}

static __always_inline bool is_wanted_fd(__s32 fd)
{
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.fd_count; i++)
		if (filter.fds[i] == fd)
			return true;
	return filter.fd_count == 0;
}

static __always_inline bool is_wanted_socket(const struct accept_event *event)
{
	if (is_on(A4T_FILTER_FAMILY) && event->listener.family != filter.family)
		return false;
	if (is_on(A4T_FILTER_NETNS) && event->netns != filter.netns)
		return false;
	return is_wanted_port(event->listener.local.port) && is_wanted_address(event);
}

/* For native calls. */
static __always_inline bool is_wanted_call(__u16 syscall, __s32 fd)
{
	__u32 call = syscall == A4T_SYSCALL_ACCEPT ? A4T_CALL_ACCEPT : A4T_CALL_ACCEPT4;

	return !filters() || (filter.calls & call && is_wanted_fd(fd));
}

/* The fd of a call that is not native is unknown. */
static __always_inline bool has_wanted_fd(const struct accept_event *event)
{
	return !filter.fd_count || (event->via == A4T_VIA_SYSCALL && is_wanted_fd(event->fd));
}

/* `event` is the beginning of a struct accept_event_long. */
static __always_inline bool is_wanted_listener(const struct accept_event *event)
{
	return !filters() ||
	       (filter.calls & call_of(event) && has_wanted_fd(event) && is_wanted_socket(event));
}

/* Like is_wanted_listener(), for a call that has passed the filters of fds and of kinds of calls. */
static __always_inline bool has_wanted_socket(struct call *call)
{
	if (!filters())
		return true;
	if (call->verdict == VERDICT_OPEN)
		call->verdict = is_wanted_socket(&call->event.head) ? VERDICT_WANTED : VERDICT_UNWANTED;
	return call->verdict == VERDICT_WANTED;
}

/* Returns an enum a4t_status; 0 if seccomp has faked a success. */
static __always_inline __u32 status_of(const struct accept_event *event)
{
	if (event->flags & (A4T_KILLED | A4T_EXIT_LOST))
		return A4T_STATUS_UNFINISHED;
	if (event->flags & A4T_BY_SECCOMP && event->ret >= 0)
		return 0;
	return event->ret < 0 ? A4T_STATUS_FAILED : A4T_STATUS_SUCCESSFUL;
}

static __always_inline bool is_wanted_end(const struct a4t_endpoint *peer, __u16 family)
{
	__u64 addr[2];

	if (filter.peer_count == 0)
		return true;
	if (!to_network(addr, peer, family))
		return false;
	for (__u32 i = 0; i < A4T_FILTER_PORTS && i < filter.peer_count; i++)
		if (is_in(&filter.peers[i], addr))
			return true;
	return false;
}

static __always_inline bool is_wanted_peer(const struct accept_event *event)
{
	return filter.peer_count == 0 ||
	       (event->flags & A4T_HAS_PEER && is_wanted_end(&event->peer, event->accepted.family));
}

/* Checks what is known before the accepted socket is looked up. */
static __always_inline bool is_wanted_end_of_call(const struct accept_event *event)
{
	if (!filters())
		return true;
	if (is_on(A4T_FILTER_STATUS) && !(filter.status & status_of(event)))
		return false;
	return !filter.min_duration_ns || (!(event->flags & A4T_EXIT_LOST) &&
					   event->exit_ns - event->enter_ns >= filter.min_duration_ns);
}

/* A filter on an unknown value does not match. */
static __always_inline bool is_wanted_result(const struct accept_event *event)
{
	if (!filters())
		return true;
	if (!is_wanted_end_of_call(event))
		return false;
	if (filter.min_wait_ns && (!(event->flags & A4T_HAS_WAIT) || event->wait_ns < filter.min_wait_ns))
		return false;
	return is_wanted_peer(event);
}

#endif
