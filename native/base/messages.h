/* SPDX-License-Identifier: MIT */
/*
 * Keeps libbpf's last warning for fail(), and prints all of libbpf's messages to stderr if be_verbose() is
 * on. libbpf reports in the thread that called it, so each thread keeps its own last warning. This matters
 * because a preparation may fail in one thread while a session opens in another.
 */
#ifndef BASE_MESSAGES_H
#define BASE_MESSAGES_H

#include <stdbool.h>

/* Must precede a thread's libbpf calls. Forgets the thread's last warning. */
void capture_libbpf_messages(void);

/*
 * First line of the calling thread's last warning; empty if there is none. Valid until the next libbpf call.
 */
const char *last_libbpf_warning(void);

/* Sets whether the messages and notes of all threads are printed. */
void be_verbose(bool on);

/* Prints how a choice was made, if be_verbose() is on. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
