#!/bin/sh
# Runs test commands, prints their output and a summary. Usage: run.sh COMMAND...
# The exit status shows whether a command has failed. The summary does not, because a sanitizer can make a command fail
# after the command has printed its counts.
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
