/* SPDX-License-Identifier: MIT */
#include "process/capabilities.h"
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct capabilities {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
};

static int read_capabilities(struct capabilities *found)
{
	*found = (struct capabilities){.header = {_LINUX_CAPABILITY_VERSION_3, 0}};
	return syscall(SYS_capget, &found->header, found->words) ? -errno : 0;
}

int restrict_to(uint64_t kept, bool permanently)
{
	struct capabilities own;
	int err = read_capabilities(&own);

	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t mask = kept >> (32 * i);

		own.words[i].effective = own.words[i].permitted & mask;
		if (permanently) {
			own.words[i].permitted &= mask;
			own.words[i].inheritable = 0;
		}
	}
	if (!err && syscall(SYS_capset, &own.header, own.words))
		err = -errno;
	return err;
}

void restrict_bounding_set(uint64_t kept)
{
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (!(kept & BIT(capability)))
			prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

bool has_capabilities(uint64_t wanted)
{
	struct capabilities own;

	if (read_capabilities(&own))
		return false;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t mask = wanted >> (32 * i);

		if ((own.words[i].effective & mask) != mask)
			return false;
	}
	return true;
}
