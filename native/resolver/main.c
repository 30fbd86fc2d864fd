/* SPDX-License-Identifier: MIT */
#include "resolver/answer.h"

int main(int argc, char **argv)
{
	return run_helper(&resolver, argc, argv);
}
