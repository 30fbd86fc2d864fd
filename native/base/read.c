/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <unistd.h>
#include "a4t.h"

int a4t_read(int32_t fd, void *bytes, uint32_t count)
{
	ssize_t len;

	do
		len = read(fd, bytes, count);
	while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : (int)len;
}
