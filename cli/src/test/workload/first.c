/* first: makes a failing accept4 call before anything else. */
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	syscall(SYS_accept4, -1, NULL, NULL, 0);
	return 0;
}
