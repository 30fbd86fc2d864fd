/*
 * Servers with several processes that share a listener badly, and steps that all servers have in common.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include <sys/socket.h>
#include <sys/types.h>

enum { BACKLOG = 128, ALL_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK };

/* Much longer than all workers need for their first turn. */
enum { LATER_NS = 500000000 };

/* accept4 without an address. Returns a negative errno on failure. */
int accept_with(int listener, int flags);
void listen_nonblocking(int listener);
/* Returns a new epoll instance that watches one file. */
int watch(int listener, unsigned int events);
void await_connection(int epoll);
/* Like fork(), but the child ends with this process. */
pid_t fork_worker(void);
/* Returns a TCP listener in whose accept queue `count` clients wait. */
int listen_with_clients(unsigned int count);
/* Starts another program, which inherits descriptors without SOCK_CLOEXEC. It ends with this process. */
void run_program(void);
/* Like run_program(), but when this function returns, the program has ended and is a zombie. */
void run_short_program(void);

/* All workers are woken for each connection, and one gets it. */
void raise_herd(void);
/*
 * In both functions, the first of two workers gets 19 of every 20 connections. The second function uses
 * EPOLLEXCLUSIVE, with which such shares are normal.
 */
void share_by_hand(void);
void share_by_nature(void);

/*
 * Four threads wait for connections. In share_among_pollers(), each has an epoll instance of its own. In
 * share_in_pool(), they share one epoll instance. In the other functions, they block in accept. The first
 * thread gets 97 of 100 connections, which is a fault only in share_among_pollers(), and normal in the
 * others. In share_equally(), each thread gets 25 connections.
 */
void share_among_pollers(void);
void share_among_blocked(void);
void share_in_pool(void);
void share_equally(void);

#endif
