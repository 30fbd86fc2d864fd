#!/bin/sh
# Looks for inputs that break the native code: run.sh SECONDS PROGRAM...
# PROGRAMs are those of `make fuzzers`; each runs so long, from its corpus here. What it learns stands beside it, in
# NAME.learnt; what breaks it in NAME.broken-*, and belongs into the corpus with the repair.
set -eu

here=$(dirname "$0")
seconds=$1
shift

for program; do
    name=$(basename "$program")
    mkdir -p "$program.learnt"
    # libelf itself keeps a little of a broken file.
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
