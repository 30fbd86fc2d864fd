/* SPDX-License-Identifier: MIT */
#include <sys/ioctl.h>
#include <unistd.h>
#include "a4t.h"

int a4t_terminal_width(int32_t fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

int a4t_is_terminal(int32_t fd)
{
	return isatty(fd);
}
