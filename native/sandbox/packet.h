/* SPDX-License-Identifier: MIT */
/*
 * Packets between the tool and a helper program. The tool asks one question at a time. The helper answers
 * with the id of the question. Before it answers, it may ask for files. Neither side trusts the other: each
 * packet has a bounded size, and a side that receives an unexpected packet ends the connection. Thread-safe.
 */
#ifndef SANDBOX_PACKET_H
#define SANDBOX_PACKET_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "a4t_helpers.h"
#include "proc/mounts.h"
#include "proc/program.h"

enum packet_kind {
	PACKET_READY,	/* struct ready_packet: the helper has given up its privileges */
	PACKET_DIED,	/* struct packet: the process that answered has died, and another one takes over */
	PACKET_UNWIND,	/* struct unwind_packet */
	PACKET_MAPS,	/* struct file_packet: the unwinder asks for the memory maps of the process */
	PACKET_FILE,	/* struct file_packet: the unwinder asks for the file that is mapped at `start` */
	PACKET_FRAME,	/* struct frame_packet, innermost frame first */
	PACKET_END,	/* struct end_packet, after the last frame */
	PACKET_ADDRESS, /* struct address_packet */
	PACKET_NAME,	/* struct name_packet */
};

struct packet {
	uint32_t kind; /* enum packet_kind */
	uint32_t id;   /* of the question; 0 in PACKET_READY and PACKET_DIED */
};

struct ready_packet {
	struct packet head;
	uint64_t layout; /* a4t_layout_hash() of the helper */
	int32_t error;	 /* positive errno; 0 = ready */
	int32_t pad;
};

struct unwind_packet {
	struct packet head;
	int32_t tgid;
	uint32_t most;	/* frames */
	uint32_t alive; /* not 0: `program` is known */
	uint32_t pad;
	struct program program;
	struct a4t_user_stack stack;
};

/* The unwinder's question for a file, and the answer, which has a descriptor unless `error` is set. */
struct file_packet {
	struct packet head;
	uint64_t start;			/* first address of a mapping */
	int32_t error;			/* positive errno */
	char unread[FILE_SYSTEM_BYTES]; /* why the file is not opened; empty if errno says enough */
	int32_t pad;
};

enum { FRAME_PATH, FRAME_FUNCTION, FRAME_UNREAD, FRAME_TEXTS };

#define LONGEST_FUNCTION 2048 /* with its NUL; the rest is cut off */
#define FRAME_BYTES	 (PATH_MAX + LONGEST_FUNCTION + FILE_SYSTEM_BYTES)
#define MOST_FRAMES	 64

/* The texts follow each other in `texts`. The packet ends with the last one. */
struct frame_packet {
	struct packet head;
	uint64_t address;
	uint64_t file_offset;
	uint64_t offset;
	uint32_t lens[FRAME_TEXTS]; /* bytes with the NUL; 0 = there is no such text */
	char texts[FRAME_BYTES];
};

struct end_packet {
	struct packet head;
	uint32_t count; /* frames */
	uint32_t cut;	/* 1 if frames are missing, else 0 */
};

struct address_packet {
	struct packet head;
	uint32_t len; /* 4 or 16 */
	uint8_t address[16];
};

struct name_packet {
	struct packet head;
	char name[A4T_HOST_NAME_BYTES]; /* empty = the address has no name */
};

/* The longest packet that a helper receives. */
union helper_packet {
	struct packet head;
	struct unwind_packet unwind;
	struct file_packet file;
	struct address_packet address;
};

#define NO_DESCRIPTOR (-1)

/*
 * Sends a packet, with a descriptor unless `fd` is NO_DESCRIPTOR. The caller must still close `fd`. Returns 0
 * or a negative errno. Blocks while the buffer of the socket is full, unless `flags` has MSG_DONTWAIT.
 */
int send_packet(int socket, const void *packet, size_t bytes, int fd, int flags);

/*
 * Receives a packet of at most `room` bytes. *fd becomes the packet's descriptor, which the caller must
 * close, or NO_DESCRIPTOR. If `fd` is NULL, descriptors are refused. Returns the number of bytes, 0 at the
 * end of the socket, or a negative errno. -EPROTO: the packet is too long, shorter than struct packet, or has
 * two descriptors. -EMFILE: the descriptor could not be received. `flags` as for recvmsg(2).
 */
ssize_t receive_packet(int socket, void *packet, size_t room, int *fd, int flags);

#endif
