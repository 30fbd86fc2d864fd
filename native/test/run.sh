#!/bin/sh
# Runs test commands, prints their output and a summary. Usage: run.sh COMMAND...
# A command fails by its exit status, not by its summary, because a sanitizer can fail after the summary.
set -u

log=$(mktemp)
trap 'rm -f "$log"' EXIT
broken=''

for command; do
    echo "-- $command"
    # shellcheck disable=SC2086 # a command with its arguments
    output=$($command 2>&1) || broken="$broken
FAILED: $command: exit status $?"
    printf '%s\n' "$output" | tee -a "$log"
done

awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { passed += $1; failed += $3; skipped += $5 }
    END { printf "== native tests: %d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
[ -z "$broken" ] || {
    printf '%s\n' "${broken#?}"
    exit 1
}
