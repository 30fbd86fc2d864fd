/*
 * What every workload shares: its life (set up, say "ready", wait for a line, do the calls, print
 * what a tracer must have seen), its sockets, and the accept4 call itself.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* One accept4 call: what was passed, and what came of it. */
struct call {
	int fd;
	struct sockaddr *address;
	socklen_t *length;
	int flags;
	bool old; /* accept(2), which has no flags */
	socklen_t length_before;
	int result;
	int error;
};

/* Bounds the life of the process, whatever becomes of the test that started it. */
void workload_start(void);
void workload_ready(void);
/* Says "done" and waits for a line on stdin: tracers leave meanwhile. */
void workload_done(void);
/* Waits for a line on stdin; false at its end. */
bool workload_next_line(void);

/* Ends the workload with a message when result is negative, otherwise returns it. */
int check(int result, const char *what);
unsigned long parse_count(const char *text);

int listen_at(const struct sockaddr *address, socklen_t size, int backlog);
int listen_loopback(int backlog);
int connect_to(int listener);
/* From an IPv4 address to an IPv6 listener. */
int connect_mapped(int listener);
/* The port of the socket's own end, in host order. */
unsigned int local_port(int fd);
/* Closes by a reset, so that neither end keeps the port in TIME_WAIT. */
void close_by_reset(int fd);

/* Waits until a thread, of this process or another, sleeps in the system call with this number. */
void await_inside(pid_t tid, long call);

/* From now on a seccomp filter answers a system call of this thread: SECCOMP_RET_... */
void answer_call(int number, unsigned int answer);

/* From now on a system call of this thread fails with an error, by a seccomp filter. */
void forbid_call(int number, int error);

/* Lets real time pass: for waits that are what a workload is about. */
void let_pass(long nanoseconds);

/* A network namespace of this thread's own, with the loopback interface alone. */
void enter_own_network(void);

/* The system call itself: the C library must not get between us and wrong arguments. */
void make_call(struct call *call);

#endif
