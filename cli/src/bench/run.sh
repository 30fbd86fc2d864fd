#!/bin/sh
# Builds the tool and its benchmarks and runs them, as root: run.sh --help lists the options. With A4T_BENCH_BUILT=1
# in the environment nothing is built, for one run after another.
set -eu

cli=$(cd "$(dirname "$0")/../.." && pwd)
target=$cli/target

[ "$(id -u)" = 0 ] || { printf 'run.sh: only root may trace\nhint: sudo %s\n' "$0" >&2; exit 1; }
if [ -z "${A4T_BENCH_BUILT:-}" ]; then
    mvn -B -ntp -q -f "$(dirname "$cli")/pom.xml" package -Pbench -DskipTests
fi
# On the tracers' core: the load must not be disturbed.
exec taskset -c 1 java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Da4t.dist="$(dirname "$cli")/target/dist" -Da4t.programs="$target/bench" \
    -cp "$target/test-classes:$target/classes:$(cat "$target/bench/classpath")" accept4trace.bench.Benchmarks "$@"
