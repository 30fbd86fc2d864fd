/*
 * calls32: a 32-bit program. Listens on a port of 127.0.0.1, prints "ready", and waits for a line on
 * stdin. Then connects to itself three times. Accepts the first connection by accept4. Accepts the second by
 * accept4 and the third by accept, both through socketcall. Built without a C library, because 64-bit
 * machines rarely have a 32-bit C library. System call numbers are those of i386.
 */
enum { SYS_exit = 1, SYS_read = 3, SYS_write = 4, SYS_socketcall = 102, SYS_accept4 = 364 };
enum {
	CALL_SOCKET = 1,
	CALL_BIND,
	CALL_CONNECT,
	CALL_LISTEN,
	CALL_ACCEPT,
	CALL_GETSOCKNAME = 6,
	CALL_ACCEPT4 = 18
};
enum { AF_INET = 2, SOCK_STREAM = 1, BACKLOG = 5 };

struct address {
	unsigned short family, port;
	unsigned char ip[4];
	unsigned char zero[8];
};

static long system_call(long number, long a, long b, long c, long d)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
	return result;
}

static long socket_call(long call, long a, long b, long c, long d)
{
	long arguments[] = {a, b, c, d};

	return system_call(SYS_socketcall, call, (long)arguments, 0, 0);
}

static long open_socket(void)
{
	return socket_call(CALL_SOCKET, AF_INET, SOCK_STREAM, 0, 0);
}

void _start(void)
{
	struct address address = {AF_INET, 0, {127, 0, 0, 1}, {0}};
	long size = sizeof(address), listener = open_socket();
	char byte = 0;

	socket_call(CALL_BIND, listener, (long)&address, size, 0);
	socket_call(CALL_LISTEN, listener, BACKLOG, 0, 0);
	socket_call(CALL_GETSOCKNAME, listener, (long)&address, (long)&size, 0);
	system_call(SYS_write, 1, (long)"ready\n", 6, 0);
	if (system_call(SYS_read, 0, (long)&byte, 1, 0) == 1) {
		socket_call(CALL_CONNECT, open_socket(), (long)&address, sizeof(address), 0);
		system_call(SYS_accept4, listener, 0, 0, 0);
		socket_call(CALL_CONNECT, open_socket(), (long)&address, sizeof(address), 0);
		socket_call(CALL_ACCEPT4, listener, 0, 0, 0);
		socket_call(CALL_CONNECT, open_socket(), (long)&address, sizeof(address), 0);
		socket_call(CALL_ACCEPT, listener, 0, 0, 0);
	}
	system_call(SYS_exit, 0, 0, 0, 0);
}
