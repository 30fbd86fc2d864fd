/* SPDX-License-Identifier: MIT */
/*
 * Tests of typed reads, for which BPF programs call the kfunc bpf_rdonly_cast() with the id of a kernel type.
 * The tests check the ids of kfuncs and types, and load the programs with and without typed reads. Loading
 * needs root.
 */
#include <bpf/btf.h>
#include <linux/bpf.h>
#include "check.h"
#include "base/messages.h"
#include "load/extract.h"
#include "load/kfuncs.h"
#include "load/programs.h"
#include "load/rungs.h"
#include "state.h"
#include "typed_reads.h"

static const struct a4t_config usual = {.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4};

static struct btf *kernel;

static __u32 kernels_kfunc(void)
{
	__s32 id = btf__find_by_name_kind(kernel, "bpf_rdonly_cast", BTF_KIND_FUNC);

	return id < 0 ? 0 : id;
}

static void the_kfunc_of_the_kernel_is_found(void)
{
	CHECK_EQ(kernels_kfunc(), kernel_types()->functions[FUNCTION_bpf_rdonly_cast]);
}

static void types_have_the_ids_of_the_kernel(void)
{
	char path[64];
	struct btf *part;
	const struct btf_type *ids;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", kernel_types()->fd);
	part = btf__parse_raw(path);
	ids = btf__type_by_id(part, btf__find_by_name_kind(part, A4T_KERNEL_TYPES, BTF_KIND_ENUM));
	CHECK_EQ(!kernels_kfunc(), !ids);
	for (__u16 i = 0; ids && i < btf_vlen(ids); i++) {
		const struct btf_enum *type = &btf_enum(ids)[i];
		const char *name = btf__name_by_offset(part, type->name_off) + strlen(A4T_KERNEL_TYPE_PREFIX);

		CHECK_EQ(btf__find_by_name_kind(kernel, name, BTF_KIND_STRUCT), type->val);
	}
	btf__free(part);
}

/* Counts the call instructions with `imm` in all programs. `source` is 0 for helpers, else a BPF_PSEUDO_*. */
static int calls(const struct bpf_object *programs, int source, int imm)
{
	struct bpf_program *program;
	int found = 0;

	bpf_object__for_each_program(program, programs)
	{
		const struct bpf_insn *insns = bpf_program__insns(program);

		for (size_t i = 0; i < bpf_program__insn_cnt(program); i++)
			found += insns[i].code == (BPF_JMP | BPF_CALL) && insns[i].src_reg == source &&
				 insns[i].imm == imm;
	}
	return found;
}

static void every_cast_becomes_a_call_of_the_kfunc(void)
{
	struct accept4_trace *skel = accept4_trace__open();
	int casts = calls(skel->obj, 0, A4T_RDONLY_CAST);
	struct bpf_program *program;

	CHECK(casts > 0);
	/* Include the programs that are not loaded by default. */
	bpf_object__for_each_program(program, skel->obj)
		CHECK_EQ(0, bpf_program__set_autoload(program, true));
	CHECK_EQ(0, call_kfuncs(skel->obj, (__u32[FUNCTIONS]){[FUNCTION_bpf_rdonly_cast] = 4711}));
	CHECK_EQ(0, calls(skel->obj, 0, A4T_RDONLY_CAST));
	CHECK_EQ(casts, calls(skel->obj, BPF_PSEUDO_KFUNC_CALL, 4711));
	accept4_trace__destroy(skel);
}

/*
 * The programs enable preemption as often as they disable it, because the verifier rejects a program that
 * ends with preemption disabled.
 */
static void programs_disable_preemption(void)
{
	struct accept4_trace *skel = accept4_trace__open();
	int programs = calls(skel->obj, 0, A4T_PREEMPT_DISABLE);

	CHECK_EQ(45, programs);
	CHECK_EQ(0, call_kfuncs(skel->obj, (__u32[FUNCTIONS]){[FUNCTION_bpf_preempt_disable] = 4711,
							      [FUNCTION_bpf_preempt_enable] = 4712}));
	CHECK_EQ(programs, calls(skel->obj, BPF_PSEUDO_KFUNC_CALL, 4711));
	CHECK_EQ(programs, calls(skel->obj, BPF_PSEUDO_KFUNC_CALL, 4712));
	accept4_trace__destroy(skel);
}

/* `error` describes the failure of the first attempt; it is empty if the first attempt succeeded. */
static int load(struct a4t_error *error)
{
	struct a4t session = {};
	int err;

	*error = (struct a4t_error){};
	err = load_programs(&session, &usual, next_rung(&session, A4T_PROBE_AUTO, NULL), error);
	accept4_trace__destroy(session.skel);
	return err;
}

static void programs_load_at_the_first_attempt(void)
{
	struct a4t_error error;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, load(&error));
	CHECK_TEXT("", error.detail);
}

/*
 * Must be the last test, because it changes the cached kernel types. The kernel rejects a call of type 1,
 * which is not a function.
 */
static void programs_load_untyped_if_the_kernel_rejects_the_cast(void)
{
	struct kernel_types *types = (struct kernel_types *)kernel_types();
	struct a4t_error error;

	if (!root_or_skip())
		return;
	if (!types->typed) {
		skip_on_this_kernel("needs a kernel with typed reads");
		return;
	}
	types->functions[FUNCTION_bpf_rdonly_cast] = 1;
	CHECK_EQ(0, load(&error));
	CHECK(strstr(error.detail, "failed to load"));
}

int main(void)
{
	static const struct test tests[] = {
		{"the kfunc of the kernel is found", the_kfunc_of_the_kernel_is_found},
		{"types have the ids of the kernel", types_have_the_ids_of_the_kernel},
		{"every cast becomes a call of the kfunc", every_cast_becomes_a_call_of_the_kfunc},
		{"programs disable preemption", programs_disable_preemption},
		{"programs load at the first attempt", programs_load_at_the_first_attempt},
		{"programs load untyped if the kernel rejects the cast",
		 programs_load_untyped_if_the_kernel_rejects_the_cast},
	};
	int status;

	kernel = btf__parse_raw("/sys/kernel/btf/vmlinux");
	if (!kernel) {
		printf("FAILED: cannot read the kernel's types\n0 passed, 1 failed, 0 skipped\n");
		return EXIT_FAILURE;
	}
	capture_libbpf_messages();
	status = RUN(tests);
	btf__free(kernel);
	return status;
}
