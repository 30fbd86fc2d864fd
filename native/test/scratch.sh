#!/bin/sh
# Checks that no program that can be preempted on every kernel uses the buffers of the CPU: enum scratch_slot in
# bpf/maps.bpf.h. A program's section is named after its kind.
# Usage: scratch.sh BPF_OBJECT
set -eu

# Prints the section of each program that refers to a map of buffers.
users() {
    llvm-objdump -r "$1" |
        awk '/^RELOCATION RECORDS FOR/ { section = $4 } $NF ~ /^(waited_)?scratch$/ { print section }' |
        grep -v BTF | sort -u
}

expected='[raw_tp/sched_process_exit]:
[tracepoint]:'
if [ "$(users "$1")" = "$expected" ]; then
    echo 'ok: programs that can be preempted use no buffers of the CPU'
    echo '1 passed, 0 failed, 0 skipped'
else
    printf 'FAILED: users of buffers of the CPU: expected\n%s\nfound\n%s\n' "$expected" "$(users "$1")"
    echo '0 passed, 1 failed, 0 skipped'
    exit 1
fi
