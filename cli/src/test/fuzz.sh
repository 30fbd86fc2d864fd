#!/bin/sh
# Fuzzes the Java code. Usage: fuzz.sh SECONDS [CLASS#METHOD...]
# Each @FuzzTest of the compiled tests runs for SECONDS, starting from its corpus in src/test/resources. New
# inputs go to .cifuzz-corpus. An input that fails is written to the corpus; commit this input with the fix.
set -eu

cd "$(dirname "$0")/../../.."
seconds=$1
shift

tests() {
    grep -rl --include='*FuzzTest.java' '@FuzzTest' cli/src/test/java | sort | while read -r file; do
        sed -n "/@FuzzTest/{n;s/.* \([A-Za-z0-9]*\)(.*/$(basename "$file" .java)#\1/p;}" "$file"
    done
}

# shellcheck disable=SC2046 # one word per test
[ $# -gt 0 ] || set -- $(tests)
for test; do
    log=cli/target/fuzz-$test.log
    JAZZER_FUZZ=1 mvn -B -ntp surefire:test -pl cli -Dtest="$test" -Dtests.limit=$((seconds + 300)) \
        -Djazzer.hooks=true -Djazzer.max_duration="${seconds}s" -Djazzer.instrument='accept4trace.**' >"$log" 2>&1 || {
        grep -v -E '^(INFO|#)|^[[:space:]]+at ' "$log" | tail -n 60
        echo "FAILED: fuzzer $test: see $log"
        exit 1
    }
    sed -n "s/^#\([0-9]*\)[[:space:]]*DONE *cov: \([0-9]*\).*/fuzzer $test: \1 runs, \2 edges, nothing broken/p" "$log"
done
