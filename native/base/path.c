/* SPDX-License-Identifier: MIT */
#include "base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As in the kernel: MAXSYMLINKS of include/linux/namei.h. */
#define MAX_LINKS 40

int begin_path(struct path *path, const char *text)
{
	path->links = 0;
	*path->name = '\0';
	return snprintf(path->rest, sizeof(path->rest), "%s", text) < (int)sizeof(path->rest) ? 0
											      : -ENAMETOOLONG;
}

int take_name(struct path *path)
{
	const char *start = path->rest + strspn(path->rest, "/");
	size_t len = strcspn(start, "/"), after = len + strspn(start + len, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(path->name, start, len);
	path->name[len] = '\0';
	memmove(path->rest, start + after, strlen(start + after) + 1);
	return 0;
}

int put_link(struct path *path, int link)
{
	char text[PATH_MAX], rest[PATH_MAX];
	ssize_t len;

	if (++path->links > MAX_LINKS)
		return -ELOOP;
	len = readlinkat(link, "", text, sizeof(text));
	if (len < 0)
		return -errno;
	if (snprintf(rest, sizeof(rest), "%.*s%s%s", (int)len, text, *path->rest ? "/" : "", path->rest) >=
	    (int)sizeof(rest))
		return -ENAMETOOLONG;
	strcpy(path->rest, rest);
	return 0;
}

int open_found(int found, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	do
		fd = open(path, flags);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}
