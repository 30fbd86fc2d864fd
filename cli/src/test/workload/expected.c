#include "expected.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>

enum {
	/* Shorter addresses are shown as bytes. The scope of an IPv6 address is optional. */
	MIN_INET_SIZE = sizeof(struct sockaddr_in),
	MIN_INET6_SIZE = offsetof(struct sockaddr_in6, sin6_scope_id),
};

static bool readable, whole;

void addresses_are_whole(void)
{
	whole = true;
}

void names_are_readable(void)
{
	readable = true;
}

static void print_octal(unsigned char c, bool digit_follows)
{
	printf(digit_follows ? "\\%03o" : "\\%o", c);
}

static void print_escaped(unsigned char c, bool digit_follows)
{
	static const char letters[] = "\tt\nn\vv\ff\rr\"\"\\\\";
	const char *pair = letters;

	while (*pair && (unsigned char)*pair != c)
		pair += 2;
	if (*pair)
		printf("\\%c", pair[1]);
	else if ((c >= ' ' && c < 0x7f) || (readable && c > 0x7f))
		putchar(c);
	else
		print_octal(c, digit_follows);
}

static bool is_octal_digit(unsigned char c)
{
	return c >= '0' && c <= '7';
}

static void print_quoted(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	const unsigned char *end = at + size;

	putchar('"');
	for (; at < end; at++)
		print_escaped(*at, at + 1 < end && is_octal_digit(at[1]));
	putchar('"');
}

void print_comm(const char *comm)
{
	for (; *comm; comm++)
		if (*comm == '<' || *comm == '>')
			print_octal(*comm, is_octal_digit(comm[1]));
		else
			print_escaped(*comm, is_octal_digit(comm[1]));
}

static void print_path(const struct sockaddr_un *address, size_t size)
{
	const char *path = address->sun_path;

	if (*path == '\0') {
		putchar('@');
		print_quoted(path + 1, size - 1);
	} else {
		print_quoted(path, strnlen(path, size));
	}
}

static void print_inet(const struct sockaddr_in *address)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
	printf(", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")", ntohs(address->sin_port), text);
}

static void print_inet6(const struct sockaddr_in6 *address, socklen_t size)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
	printf(", sin6_port=htons(%u), sin6_flowinfo=htonl(%u)", ntohs(address->sin6_port),
	       ntohl(address->sin6_flowinfo));
	printf(", inet_pton(AF_INET6, \"%s\", &sin6_addr)", text);
	if (size > MIN_INET6_SIZE)
		printf(", sin6_scope_id=%u", address->sin6_scope_id);
}

static const char *family_name(sa_family_t family)
{
	switch (family) {
	case AF_UNIX:
		return "AF_UNIX";
	case AF_INET:
		return "AF_INET";
	default:
		return "AF_INET6";
	}
}

/* `size` is that of the visible part, because the kernel truncates the address to the caller's buffer. */
static void print_sockaddr(const struct sockaddr *address, socklen_t size)
{
	size_t data = size - sizeof(address->sa_family);

	printf("{sa_family=%s", family_name(address->sa_family));
	if (address->sa_family == AF_INET && size >= MIN_INET_SIZE) {
		print_inet((const struct sockaddr_in *)address);
	} else if (address->sa_family == AF_INET6 && size >= MIN_INET6_SIZE) {
		print_inet6((const struct sockaddr_in6 *)address, size);
	} else if (address->sa_family == AF_UNIX && data > 0) {
		printf(", sun_path=");
		print_path((const struct sockaddr_un *)address, data);
	} else if (data > 0) {
		printf(", sa_data=");
		print_quoted(address->sa_data, data);
	}
	putchar('}');
}

static void print_pointer(const void *pointer)
{
	if (pointer)
		printf("%p", pointer);
	else
		printf("NULL");
}

static bool has_scope_or_flow(const struct sockaddr_storage *address)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

	return address->ss_family == AF_INET6 && (v6->sin6_scope_id || v6->sin6_flowinfo);
}

/* Returns whether the caller's buffer contains exactly the peer that print_socket() shows. */
static bool shows_only_the_peer(const struct call *call)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	if (getpeername(call->result, (struct sockaddr *)&peer, &size) || *call->length != size ||
	    size > call->length_before || memcmp(call->address, &peer, size))
		return false;
	if (peer.ss_family == AF_UNIX)
		return size == sizeof(peer.ss_family);
	return !has_scope_or_flow(&peer);
}

static void print_result_address(const struct call *call)
{
	socklen_t after = *call->length;
	socklen_t shown = after < call->length_before ? after : call->length_before;

	if (shown < sizeof(sa_family_t))
		print_pointer(call->address);
	else if (!whole && shows_only_the_peer(call))
		printf("{peer}");
	else
		print_sockaddr(call->address, shown);
	if (whole ? after == call->length_before : after <= call->length_before)
		printf(", [%d]", after);
	else
		printf(", [%d => %d]", call->length_before, after);
}

static void print_address_arguments(const struct call *call)
{
	if (call->address && call->length && call->result >= 0) {
		print_result_address(call);
		return;
	}
	print_pointer(call->address);
	printf(", ");
	if (call->address && call->length)
		printf("[%d]", call->length_before);
	else
		print_pointer(call->length);
}

static void print_flags(unsigned int flags)
{
	unsigned int unknown = flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	const char *separator = "";

	if (flags & SOCK_CLOEXEC) {
		printf("SOCK_CLOEXEC");
		separator = "|";
	}
	if (flags & SOCK_NONBLOCK) {
		printf("%sSOCK_NONBLOCK", separator);
		separator = "|";
	}
	if (flags == 0)
		putchar('0');
	else if (flags == unknown)
		printf("%#x /* SOCK_??? */", unknown);
	else if (unknown)
		printf("%s%#x", separator, unknown);
}

static void print_endpoint(const struct sockaddr_storage *address)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	char text[INET6_ADDRSTRLEN];

	if (address->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		printf("[%s]:%u", text, ntohs(v6->sin6_port));
	} else {
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		printf("%s:%u", text, ntohs(v4->sin_port));
	}
}

static unsigned long inode_of(int fd)
{
	struct stat status;

	check(fstat(fd, &status), "fstat");
	return status.st_ino;
}

static bool is_listening(int fd)
{
	int listening;
	socklen_t size = sizeof(listening);

	check(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size), "SO_ACCEPTCONN");
	return listening;
}

static void print_inet_socket(int fd, const struct sockaddr_storage *local)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	bool connected = getpeername(fd, (struct sockaddr *)&peer, &size) == 0;

	printf("<%s:[", local->ss_family == AF_INET6 ? "TCPv6" : "TCP");
	if (!connected && !is_listening(fd)) {
		printf("%lu]>", inode_of(fd));
		return;
	}
	print_endpoint(local);
	if (connected) {
		printf("->");
		print_endpoint(&peer);
	}
	printf("]>");
}

/* "UNIX" or, from Linux 5.15 on, "UNIX-STREAM" for streams. */
void print_protocol(int fd)
{
	char name[64];
	int length = check((int)fgetxattr(fd, "system.sockprotoname", name, sizeof(name)), "sockprotoname");

	printf("%.*s", length, name);
}

static void print_unix_socket(int fd, int client, const struct sockaddr_un *local, socklen_t size)
{
	putchar('<');
	print_protocol(fd);
	printf(":[%lu", inode_of(fd));
	if (!is_listening(fd))
		printf("->%lu", inode_of(client));
	putchar(',');
	print_path(local, size - sizeof(local->sun_family));
	printf("]>");
}

void print_socket(int fd, int client)
{
	struct sockaddr_storage local;
	socklen_t size = sizeof(local);

	if (getsockname(fd, (struct sockaddr *)&local, &size))
		return;
	if (local.ss_family == AF_UNIX)
		print_unix_socket(fd, client, (struct sockaddr_un *)&local, size);
	else
		print_inet_socket(fd, &local);
}

static void print_descriptor(int fd, int client)
{
	printf("%d", fd);
	print_socket(fd, client);
}

void print_call(const struct call *call, int client)
{
	printf(call->old ? "accept(" : "accept4(");
	print_descriptor(call->fd, client);
	printf(", ");
	print_address_arguments(call);
	if (!call->old) {
		printf(", ");
		print_flags(call->flags);
	}
	printf(") = ");
	if (call->result >= 0)
		print_descriptor(call->result, client);
	else
		printf("-1 %s (%s)", strerrorname_np(call->error), strerror(call->error));
}
