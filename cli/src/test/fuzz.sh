#!/bin/sh
# Looks for inputs that break the Java code: fuzz.sh SECONDS [CLASS#METHOD...]
# Each @FuzzTest of the compiled tests runs so long, from its corpus in src/test/resources. What it learns stands in
# .cifuzz-corpus; what breaks it is written into its corpus, and stays there with the repair.
set -eu

cd "$(dirname "$0")/../../.."
seconds=$1
shift

tests() {
    grep -rl --include='*FuzzTest.java' '@FuzzTest' cli/src/test/java | sort | while read -r file; do
        sed -n "/@FuzzTest/{n;s/.* \([A-Za-z0-9]*\)(.*/$(basename "$file" .java)#\1/p;}" "$file"
    done
}

# shellcheck disable=SC2046 # a word a test
[ $# -gt 0 ] || set -- $(tests)
for test; do
    log=cli/target/fuzz-$test.log
    JAZZER_FUZZ=1 mvn -B -ntp surefire:test -pl cli -Dtest="$test" -Djazzer.hooks=true \
        -Djazzer.max_duration="${seconds}s" -Djazzer.instrument='accept4trace.**' >"$log" 2>&1 || {
        grep -v -E '^(INFO|#)|^[[:space:]]+at ' "$log" | tail -n 60
        echo "FAILED: fuzzer $test: see $log"
        exit 1
    }
    sed -n "s/^#\([0-9]*\)[[:space:]]*DONE *cov: \([0-9]*\).*/fuzzer $test: \1 runs, \2 edges, nothing broken/p" "$log"
done
