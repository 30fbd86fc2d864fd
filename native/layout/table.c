/* SPDX-License-Identifier: MIT */
#include "layout/table.h"
#include <stddef.h>
#include "a4t.h"
#include "a4t_helpers.h"

_Static_assert(sizeof(void *) == 8, "the shared structs hold 64-bit pointers");

#define FIELD(type, member) {#member, offsetof(struct type, member), sizeof(((struct type *)0)->member)},
#define VALUE(value)	    {#value, value, 0},
#define NUMBER(name, value) {#name, value, 0},
#define STRUCT(type, java)                                                                  \
	{                                                                                   \
		.c_name = "struct " #type, .java_name = java, .bytes = sizeof(struct type), \
		.rows = (const struct layout_row[]){A4T_FIELDS_##type(FIELD, type){}},      \
	}
#define ENUM(type, java, start, ...)                                                         \
	{                                                                                    \
		.c_name = "enum " #type, .java_name = java, .prefix = start,                 \
		.rows = (const struct layout_row[]){A4T_VALUES_##type(VALUE){}}, __VA_ARGS__ \
	}

static const struct layout_row event_numbers[] = {A4T_NUMBERS_accept_event(NUMBER){}};

static const struct layout_type event_types[] = {
	STRUCT(accept_event, "Event"),
	STRUCT(accept_event_long, "LongEvent"),
	STRUCT(accept_event_with_stack, "EventWithStack"),
	STRUCT(a4t_socket, "Socket"),
	STRUCT(a4t_endpoint, "End"),
	STRUCT(a4t_closing, "Closing"),
	STRUCT(a4t_user_stack, "Stack"),
	STRUCT(a4t_queue, "Queue"),
	STRUCT(a4t_waiting, "Waiting"),
	STRUCT(a4t_thread, "ThreadRecord"),
	STRUCT(a4t_refusal, "Refusal"),
	STRUCT(a4t_unix_refusal, "UnixRefusal"),
	ENUM(a4t_event_type, "Type", "A4T_EVENT_"),
	ENUM(a4t_event_flag, "Flag", "A4T_"),
	ENUM(a4t_queue_flag, "QueueFlag", "A4T_QUEUE_"),
	ENUM(a4t_refused_at, "RefusedAt", "A4T_REFUSED_"),
	ENUM(a4t_refusal_flag, "RefusalFlag", "A4T_REFUSAL_"),
	ENUM(a4t_unix_refusal_flag, "UnixRefusalFlag", "A4T_UNIX_REFUSAL_"),
	ENUM(a4t_thread_state, "ThreadState", "A4T_THREAD_"),
	ENUM(a4t_thread_flag, "ThreadFlag", "A4T_THREAD_"),
	ENUM(a4t_syscall, "Syscall", "A4T_SYSCALL_", .has_names = 1),
	ENUM(a4t_via, "Via", "A4T_VIA_", .has_names = 1),
	{},
};

static const struct layout_row native_numbers[] = {A4T_NUMBERS_helpers(NUMBER) A4T_NUMBERS_filter(NUMBER){}};

static const struct layout_type native_types[] = {
	STRUCT(a4t_config, "Config"),
	STRUCT(a4t_filter, "Filter"),
	STRUCT(a4t_network, "Network"),
	STRUCT(a4t_ports, "Ports"),
	STRUCT(a4t_comm, "Comm"),
	STRUCT(a4t_unix_name, "UnixName"),
	STRUCT(a4t_error, "Failure"),
	STRUCT(a4t_wakeup, "Wakeup"),
	STRUCT(a4t_file, "File"),
	STRUCT(a4t_frame, "Frame"),
	ENUM(a4t_filter_bit, "FilterBit", "A4T_FILTER_"),
	ENUM(a4t_call, "Call", "A4T_CALL_"),
	ENUM(a4t_status, "Status", "A4T_STATUS_"),
	ENUM(a4t_failure, "FailureKind", "A4T_FAILURE_", .has_names = 1),
	ENUM(a4t_probe, "Probe", "A4T_PROBE_"),
	ENUM(a4t_hook, "Hook", "A4T_HOOK_"),
	ENUM(a4t_reason, "Reason", "A4T_"),
	ENUM(a4t_coverage, "Coverage", "A4T_COVERAGE_", .has_names = 1),
	ENUM(a4t_output, "OutputFile", "A4T_"),
	ENUM(a4t_snapshot, "SnapshotOf", "A4T_SNAPSHOT_"),
	ENUM(a4t_loss, "Loss", "A4T_LOST_"),
	{},
};

const struct layout_class layout_classes[] = {
	{"accept4trace.event", "EventLayout", "bpf/accept_event.h", event_numbers, event_types},
	{"accept4trace.capture", "NativeLayout", "native/a4t.h", native_numbers, native_types},
	{},
};
