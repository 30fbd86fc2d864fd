/* The line that a tracer must print for a call, in strace's syntax (strace -f -yy, 6.1). */
#ifndef EXPECTED_H
#define EXPECTED_H

#include "workload.h"

/*
 * Prints the call up to its result, without an end of line. client is the other end of an accepted
 * AF_UNIX connection, whose inode the line names; it does not matter for other calls.
 */
void print_call(const struct call *call, int client);

/* What stands behind the number of a socket's fd; client as above. */
void print_socket(int fd, int client);

/* The kernel's name of a socket's protocol. */
void print_protocol(int fd);

/* A thread's name, to stand between angle brackets. */
void print_comm(const char *comm);

/* From now on names are printed as they are, as for a reader of UTF-8; they must be printable. */
void names_are_readable(void);

#endif
