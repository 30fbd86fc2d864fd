/*
 * Functions for all workloads: their life (set up, print "ready", wait for a line, make the calls, print what
 * a tracer must have seen), sockets, and accept4 itself.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* An accept4 call with arguments and result. */
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

/* Bounds the life of the process, even if the test that started it dies. */
void workload_start(void);
void workload_ready(void);
/* Prints "done" and waits for a line on stdin; meanwhile, tracers detach. */
void workload_done(void);
/* Waits for a line on stdin; false at the end of stdin. */
bool workload_next_line(void);

/* Ends the workload with a message if `result` is negative; otherwise returns it. */
int check(int result, const char *what);
unsigned long parse_count(const char *text);

/*
 * Binds to an address of this process. A killed process of the same pid may have left its file at an AF_UNIX
 * path; this file is removed.
 */
void bind_anew(int fd, const struct sockaddr *address, socklen_t size);

int listen_at(const struct sockaddr *address, socklen_t size, int backlog);
int listen_loopback(int backlog);
/* Returns a listener in the SO_REUSEPORT group of a port on the loopback interface; port 0 = a new group. */
int listen_as_member(unsigned int port, int backlog);
int connect_to(int listener);
/*
 * Begins a connection whose SYN-ACK is lost. complete_connection() lets the handshake complete when the
 * client repeats its SYN, after a second.
 */
int begin_connection(int listener);
void complete_connection(int client);
/* Connects from an IPv4 address to an IPv6 listener. */
int connect_mapped(int listener);
/* The local port of the socket, in host order. */
unsigned int local_port(int fd);
/*
 * Returns whether the connection was reset. This is true only once, because the kernel reports the error only
 * once.
 */
bool is_reset(int fd);
/* Closes with a reset, so that neither end keeps the port in TIME_WAIT. */
void close_by_reset(int fd);

/* Waits until a thread, which may be in another process, sleeps in this system call. */
void await_inside(pid_t tid, long call);

/* From now on, a seccomp filter answers this system call in this thread with a SECCOMP_RET_... value. */
void answer_call(int number, unsigned int answer);

/* From now on, a seccomp filter makes this system call fail in this thread. */
void forbid_call(int number, int error);

/* Lets real time pass. Only for workloads about waiting times. */
void let_pass(long nanoseconds);

/*
 * Binds this thread, and the threads and processes that it will create, to the first or the last CPU that it
 * may use.
 */
void use_first_cpu(void);
void use_last_cpu(void);
/*
 * Returns once all packets are delivered that this CPU has sent over loopback. This thread must be bound to
 * the CPU. A CPU delivers such packets in the order in which they were sent, unless RPS is set for lo. Under
 * load, it may do so only after the system call that sent them has returned.
 */
void await_delivery(void);

/* Moves this thread to a new network namespace with only the loopback interface. */
void enter_own_network(void);

/* Makes the system call directly, so that the C library does not interfere with wrong arguments. */
void make_call(struct call *call);

#endif
