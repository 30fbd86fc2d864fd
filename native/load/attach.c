/* SPDX-License-Identifier: MIT */
#include "load/attach.h"
#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/error.h"
#include "load/tracepoint.h"

#define KPROBE_TYPE "/sys/bus/event_source/devices/kprobe/type"
/* A CPU can go offline between sched_getcpu() and perf_event_open(), so both are repeated. */
#define MAX_TRIES 10

bool kprobes_available(void)
{
	return access(KPROBE_TYPE, F_OK) == 0;
}

/*
 * A perf event belongs to one CPU, but its program runs on all CPUs (perf_event_attach_bpf_prog() in
 * kernel/trace/bpf_trace.c). That CPU must be online. So the event is opened on the current CPU, because even
 * CPU 0 can be offline. Returns a descriptor or a negative errno.
 */
static int open_event(struct perf_event_attr *attr)
{
	int fd = -1;

	attr->size = sizeof(*attr);
	attr->sample_period = 1;
	attr->wakeup_events = 1;
	for (int tries = 0; fd < 0 && tries < MAX_TRIES; tries++) {
		fd = syscall(SYS_perf_event_open, attr, -1, sched_getcpu(), -1, PERF_FLAG_FD_CLOEXEC);
		if (fd < 0 && errno != ENODEV)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static int open_tracepoint(const char *name)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT};
	int id = tracepoint_id("syscalls", name);

	if (id < 0)
		return id;
	attr.config = id;
	return open_event(&attr);
}

/* Returns the perf event type of kprobes, or a negative errno. */
static int kprobe_type(void)
{
	FILE *file = fopen(KPROBE_TYPE, "re");
	int type;

	if (!file)
		return -errno;
	if (fscanf(file, "%d", &type) != 1)
		type = -EIO;
	fclose(file);
	return type;
}

/* Opens a kprobe at the entry of the function. */
static int open_kprobe(const char *function)
{
	int type = kprobe_type();
	struct perf_event_attr attr = {.type = type, .kprobe_func = (uintptr_t)function};

	return type < 0 ? type : open_event(&attr);
}

/* Internal to the kernel (include/linux/errno.h), but returned to user space if fentry is missing. */
#define ENOTSUPP 524

int attach_errno(void)
{
	return errno == ENOTSUPP ? -EOPNOTSUPP : -errno;
}

/*
 * A tracepoint can have 64 programs (BPF_TRACE_MAX_PROGS in kernel/trace/bpf_trace.c). The programs of a
 * tracer that has ended remain for some tenths of a second, so it is worth trying again.
 */
enum { ATTEMPTS = 40, PAUSE_US = 50000 };

/* Takes ownership of the event, also on failure. */
static int attach_to(int event, struct bpf_link **link, const struct bpf_program *program)
{
	int err = -E2BIG;

	if (event < 0)
		return event;
	for (int i = 0; err == -E2BIG && i < ATTEMPTS; i++) {
		if (i > 0)
			usleep(PAUSE_US);
		*link = bpf_program__attach_perf_event(program, event);
		if (*link)
			return 0;
		err = attach_errno();
	}
	close(event);
	return err;
}

int attach_kprobe(struct bpf_link **link, const struct bpf_program *program, const char *function)
{
	return attach_to(open_kprobe(function), link, program);
}

int attach_tracepoint(struct bpf_link **link, const struct bpf_program *program, const char *name,
		      struct a4t_error *error)
{
	int event = open_tracepoint(name), err = attach_to(event, link, program);

	if (err)
		return fail_as(A4T_FAILURE_TRACEPOINT, error, err, "attach to syscalls:%s", name);
	/*
	 * libbpf has also enabled the event. For an enabled event, the kernel records one sample per call,
	 * which nobody reads. The program runs even if the event is disabled.
	 */
	ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
	return 0;
}

void detach(struct bpf_link **link)
{
	bpf_link__destroy(*link);
	*link = NULL;
}

static int check_event(int event)
{
	if (event >= 0)
		close(event);
	return event < 0 ? event : 0;
}

int check_kprobe(const char *function)
{
	return kprobes_available() ? check_event(open_kprobe(function)) : -EOPNOTSUPP;
}

int check_tracepoint(const char *name)
{
	return check_event(open_tracepoint(name));
}
