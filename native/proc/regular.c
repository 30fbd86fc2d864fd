/* SPDX-License-Identifier: MIT */
#include "proc/regular.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "base/path.h"

int open_regular(int found, int32_t tid, uint64_t most, char type[FILE_SYSTEM_BYTES])
{
	int err = check_file_system(found, tid, type);
	struct stat status;

	if (err)
		return err;
	if (fstat(found, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EACCES;
	if ((uint64_t)status.st_size > most)
		return -EFBIG;
	return open_found(found, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}
