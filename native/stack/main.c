/* SPDX-License-Identifier: MIT */
#include "stack/answer.h"

int main(int argc, char **argv)
{
	return run_helper(&unwinder, argc, argv);
}
