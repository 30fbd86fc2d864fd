/* The line that a tracer must print for a call, in strace's syntax (strace -f -yy, 6.1). */
#ifndef EXPECTED_H
#define EXPECTED_H

#include "workload.h"

/*
 * Prints the call and its result, without a newline. `client` is the other end of an accepted AF_UNIX
 * connection; the line contains the inode of that socket. For other calls, `client` is ignored.
 */
void print_call(const struct call *call, int client);

/* Prints what a line shows after the number of a socket's fd. `client` is as above. */
void print_socket(int fd, int client);

/* Prints the kernel's name of a socket's protocol. */
void print_protocol(int fd);

/* Prints the name of a thread for use in angle brackets. */
void print_comm(const char *comm);

/* From now on, prints each address and both of its lengths, like strace. */
void addresses_are_whole(void);

/* From now on, prints names unescaped, as for a UTF-8 locale. They must be printable. */
void names_are_readable(void);

#endif
