/* SPDX-License-Identifier: MIT */
/* Sockets for tests. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"

static inline void close_all(const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static inline uint16_t port_of(int fd)
{
	struct sockaddr_in address = {};
	socklen_t len = sizeof(address);

	CHECK_EQ(0, getsockname(fd, (struct sockaddr *)&address, &len));
	return ntohs(address.sin_port);
}

static inline int listen_on(const void *address, socklen_t len, int backlog)
{
	int fd = socket(((const struct sockaddr *)address)->sa_family, SOCK_STREAM, 0);

	CHECK_EQ(0, bind(fd, address, len));
	CHECK_EQ(0, listen(fd, backlog));
	return fd;
}

static inline void connect_clients(int listener, int *clients, int count)
{
	struct sockaddr_storage address = {};
	socklen_t len = sizeof(address);

	CHECK_EQ(0, getsockname(listener, (struct sockaddr *)&address, &len));
	for (int i = 0; i < count; i++) {
		clients[i] = socket(address.ss_family, SOCK_STREAM, 0);
		CHECK_EQ(0, connect(clients[i], (struct sockaddr *)&address, len));
	}
}

/*
 * Waits until `count` connections are queued, because the last step of a handshake can take place after
 * connect() has returned.
 */
static inline void await_queue(int listener, unsigned int count)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	do
		CHECK_EQ(0, getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len));
	while (info.tcpi_unacked < count);
}

/* Makes a listener get all connections to `port` until the returned link is closed. Needs Linux 5.9. */
static inline int redirect(uint16_t port, int listener)
{
	int map = bpf_map_create(BPF_MAP_TYPE_SOCKMAP, "listener", 4, 8, 1, NULL), key = 0;
	uint64_t value = listener;
	const struct bpf_insn program[] = {
		{.code = BPF_LDX | BPF_MEM | BPF_W,
		 .dst_reg = 2,
		 .src_reg = 1,
		 .off = offsetof(struct bpf_sk_lookup, local_port)},
		{.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 2, .off = 15, .imm = port},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 1},
		{.code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -4},
		{.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map},
		{},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10},
		{.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -4},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem},
		{.code = BPF_JMP | BPF_JEQ | BPF_K, .off = 7},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 7},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 6},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 7},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sk_assign},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 7},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sk_release},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = SK_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_SK_LOOKUP);
	int loaded = bpf_prog_load(BPF_PROG_TYPE_SK_LOOKUP, "redirect", "GPL", program,
				   sizeof(program) / sizeof(*program), &opts);
	int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), link;

	CHECK_EQ(0, bpf_map_update_elem(map, &key, &value, BPF_ANY));
	CHECK(loaded >= 0);
	link = bpf_link_create(loaded, netns, BPF_SK_LOOKUP, NULL);
	CHECK(link >= 0);
	close(netns);
	close(loaded);
	close(map);
	return link;
}

#endif
