/*
 * idle32: a 32-bit program that says "ready" and waits for the end of its input. Built without a C
 * library, which a 64-bit machine seldom has for 32 bits.
 */
enum { SYS_exit = 1, SYS_read = 3, SYS_write = 4 };

static int system_call(int number, int fd, const void *memory, unsigned int size)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(fd), "c"(memory), "d"(size)
			 : "memory");
	return result;
}

void _start(void)
{
	char byte;

	system_call(SYS_write, 1, "ready\n", 6);
	while (system_call(SYS_read, 0, &byte, 1) > 0)
		;
	system_call(SYS_exit, 0, 0, 0);
}
