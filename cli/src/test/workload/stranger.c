/*
 * stranger ATTEMPT PID: makes a system call by which a user could inspect, change or stop a process of
 * another user. Succeeds if the call does; otherwise prints the error. The attempt "shrink-pipe" shrinks the
 * pipe on stdin instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* linux/kcmp.h, linux/ioprio.h */
enum { KCMP_FILE = 0, IOPRIO_WHO_PROCESS = 1, IOPRIO_IDLE = 3 << 13 };

static char memory[16];
static struct iovec ours = {memory, sizeof(memory)};
/* The address does not matter, because the kernel checks the permission first. */
static struct iovec theirs = {memory, sizeof(memory)};

static int open_process(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static long attach(pid_t pid)
{
	return ptrace(PTRACE_ATTACH, pid, 0, 0);
}

static long seize(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, 0, 0);
}

static long read_memory(pid_t pid)
{
	return process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
}

static long write_memory(pid_t pid)
{
	return process_vm_writev(pid, &ours, 1, &theirs, 1, 0);
}

static long take_descriptor(pid_t pid)
{
	return syscall(SYS_pidfd_getfd, open_process(pid), STDOUT_FILENO, 0);
}

static long compare_files(pid_t pid)
{
	return syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, 1, 1);
}

static long find_robust_list(pid_t pid)
{
	void *head;
	size_t size;

	return syscall(SYS_get_robust_list, pid, &head, &size);
}

static long move_pages_of(pid_t pid)
{
	void *page = memory;
	int node = 0, status;

	return syscall(SYS_move_pages, pid, 1, &page, &node, &status, 0);
}

static long reclaim_memory(pid_t pid)
{
	return syscall(SYS_process_madvise, open_process(pid), &theirs, 1, MADV_PAGEOUT, 0);
}

static long observe(pid_t pid)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .exclude_kernel = 1};

	return syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0);
}

static long limit_files(pid_t pid)
{
	const struct rlimit few = {3, 3};

	return prlimit(pid, RLIMIT_NOFILE, &few, NULL);
}

static long pin(pid_t pid)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	return sched_setaffinity(pid, sizeof(first), &first);
}

static long schedule_idly(pid_t pid)
{
	const struct sched_param none = {};

	return sched_setscheduler(pid, SCHED_IDLE, &none);
}

static long be_nice(pid_t pid)
{
	return setpriority(PRIO_PROCESS, pid, 19);
}

static long write_idly(pid_t pid)
{
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, IOPRIO_IDLE);
}

static long queue_signal(pid_t pid)
{
	return sigqueue(pid, SIGURG, (union sigval){});
}

static long signal_thread(pid_t pid)
{
	return syscall(SYS_tgkill, pid, pid, SIGURG);
}

static long signal_by_descriptor(pid_t pid)
{
	return syscall(SYS_pidfd_send_signal, open_process(pid), SIGTERM, NULL, 0);
}

/* Makes the kernel send the signal when a pipe of the stranger becomes readable. */
static long signal_by_pipe(pid_t pid)
{
	int ends[2];

	if (pipe(ends) || fcntl(ends[0], F_SETOWN, pid) || fcntl(ends[0], F_SETSIG, SIGTERM) ||
	    fcntl(ends[0], F_SETFL, O_ASYNC))
		return -1;
	/* The kernel checks the permission without reporting the result, so kill() repeats the check. */
	if (write(ends[1], "", 1) != 1 || kill(pid, 0))
		return -1;
	return 0;
}

static long bpf(int command)
{
	union bpf_attr attr = {.start_id = 0};

	return syscall(SYS_bpf, command, &attr, sizeof(attr));
}

static long find_program(pid_t pid)
{
	(void)pid;
	return bpf(BPF_PROG_GET_NEXT_ID);
}

static long find_map(pid_t pid)
{
	(void)pid;
	return bpf(BPF_MAP_GET_NEXT_ID);
}

static long find_link(pid_t pid)
{
	(void)pid;
	return bpf(BPF_LINK_GET_NEXT_ID);
}

static long shrink_pipe(pid_t pid)
{
	(void)pid;
	if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) || fcntl(STDIN_FILENO, F_SETFL, 0))
		return -1;
	return fcntl(STDIN_FILENO, F_SETPIPE_SZ, 1);
}

static const struct {
	const char *name;
	long (*act)(pid_t pid);
} attempts[] = {
	{"attach", attach},
	{"seize", seize},
	{"read-memory", read_memory},
	{"write-memory", write_memory},
	{"take-descriptor", take_descriptor},
	{"compare-files", compare_files},
	{"robust-list", find_robust_list},
	{"move-pages", move_pages_of},
	{"reclaim-memory", reclaim_memory},
	{"observe", observe},
	{"limit-files", limit_files},
	{"pin", pin},
	{"schedule-idly", schedule_idly},
	{"be-nice", be_nice},
	{"write-idly", write_idly},
	{"queue-signal", queue_signal},
	{"signal-thread", signal_thread},
	{"signal-by-descriptor", signal_by_descriptor},
	{"signal-by-pipe", signal_by_pipe},
	{"find-program", find_program},
	{"find-map", find_map},
	{"find-link", find_link},
	{"shrink-pipe", shrink_pipe},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 2 && i < ARRAY_SIZE(attempts); i++) {
		if (strcmp(argv[1], attempts[i].name))
			continue;
		if (attempts[i].act(atoi(argv[2])) < 0) {
			perror(argv[1]);
			return EXIT_FAILURE;
		}
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "no such attempt\n");
	return 2;
}
