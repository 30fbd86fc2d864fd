/* SPDX-License-Identifier: MIT */
/* Answers the tool's questions for host names, with the resolver of the C library. */
#include "resolver/answer.h"
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Long enough for several servers: the C library waits five seconds for a server that does not answer,
 * several times for each server.
 */
#define LIMIT_S 60

#define MAX_MEMORY (512ULL << 20)

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t set_v4(union socket_address *address, const void *bytes)
{
	address->v4.sin_family = AF_INET;
	memcpy(&address->v4.sin_addr, bytes, sizeof(address->v4.sin_addr));
	return sizeof(address->v4);
}

/* Returns the size of the socket address, or 0 if the question is invalid. */
static socklen_t read_address(const struct address_packet *question, union socket_address *address)
{
	struct in6_addr v6;

	*address = (union socket_address){};
	if (question->len == sizeof(address->v4.sin_addr))
		return set_v4(address, question->address);
	if (question->len != sizeof(v6))
		return 0;
	memcpy(&v6, question->address, sizeof(v6));
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return set_v4(address, &v6.s6_addr[12]);
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_addr = v6;
	return sizeof(address->v6);
}

static bool is_same(const struct sockaddr *found, const union socket_address *address)
{
	if (found->sa_family == AF_INET)
		return !memcmp(&((const struct sockaddr_in *)found)->sin_addr, &address->v4.sin_addr,
			       sizeof(address->v4.sin_addr));
	return !memcmp(&((const struct sockaddr_in6 *)found)->sin6_addr, &address->v6.sin6_addr,
		       sizeof(address->v6.sin6_addr));
}

/* The owner of an address can give it any name, but not make that name resolve to the address. */
static bool resolves_to(const char *name, const union socket_address *address)
{
	struct addrinfo wanted = {.ai_family = address->any.sa_family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *all;
	bool same = false;

	if (getaddrinfo(name, NULL, &wanted, &all))
		return false;
	for (const struct addrinfo *one = all; one && !same; one = one->ai_next)
		same = is_same(one->ai_addr, address);
	freeaddrinfo(all);
	return same;
}

static bool answer(int socket, const union helper_packet *packet, size_t bytes)
{
	struct name_packet found = {.head = {PACKET_NAME, packet->head.id}};
	union socket_address address;
	socklen_t len;

	if (bytes != sizeof(packet->address) || packet->head.kind != PACKET_ADDRESS)
		return false;
	len = read_address(&packet->address, &address);
	if (!len)
		return false;
	if (getnameinfo(&address.any, len, found.name, sizeof(found.name), NULL, 0, NI_NAMEREQD) ||
	    !resolves_to(found.name, &address))
		memset(found.name, 0, sizeof(found.name));
	return !send_packet(socket, &found, sizeof(found), NO_DESCRIPTOR, 0);
}

const struct helper_program resolver = {
	.answer = answer,
	.limit_s = LIMIT_S,
	.memory = MAX_MEMORY,
	.network = true,
};
