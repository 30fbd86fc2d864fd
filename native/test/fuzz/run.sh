#!/bin/sh
# Fuzzes the native code. Usage: run.sh SECONDS PROGRAM... PROGRAMs are built by `make fuzzers`. Each runs for SECONDS,
# starting from its corpus in this folder. Saves new inputs in NAME.learnt next to the program, and failing inputs in
# NAME.broken-*. Add a failing input to the corpus in the commit that fixes the failure.
set -eu

here=$(dirname "$0")
seconds=$1
shift

for program; do
    name=$(basename "$program")
    mkdir -p "$program.learnt"
    # libelf leaks memory for some broken files, so the fuzzer `stack`, which uses it, does not report leaks.
    ASAN_OPTIONS=detect_leaks=$([ "$name" = stack ] && echo 0 || echo 1) \
        "$program" -max_total_time="$seconds" -max_len=40000 -timeout=20 -print_final_stats=1 \
        -artifact_prefix="$program.broken-" "$program.learnt" "$here/corpus/$name" >"$program.log" 2>&1 || {
        tail -n 60 "$program.log"
        echo "FAILED: fuzzer $name: see $program.log"
        exit 1
    }
    awk -v name="$name" '$3 == "cov:" { edges = $4 } /^stat::number_of_executed_units/ { runs = $2 }
        END { printf "fuzzer %s: %d runs, %d edges, nothing broken\n", name, runs, edges }' "$program.log"
done
