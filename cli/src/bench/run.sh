#!/bin/sh
# Builds the tool and its benchmarks and runs them; needs root. run.sh --help lists the options. A4T_BENCH_BUILT=1 in
# the environment skips the build, for repeated runs.
set -eu

cli=$(cd "$(dirname "$0")/../.." && pwd)
target=$cli/target

[ "$(id -u)" = 0 ] || { printf 'run.sh: tracing needs root\nhint: sudo %s\n' "$0" >&2; exit 1; }
if [ -z "${A4T_BENCH_BUILT:-}" ]; then
    mvn -B -ntp -q -f "$(dirname "$cli")/pom.xml" package -Pbench -DskipTests
fi
# Runs on the same core as the tracers, so that it does not disturb the load. Background jobs of a script ignore
# SIGINT. The tracers would inherit that, but SIGINT must end them.
exec env --default-signal=INT taskset -c 1 java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Da4t.dist="$(dirname "$cli")/target/dist" -Da4t.programs="$target/bench" \
    -cp "$target/test-classes:$target/classes:$(cat "$target/bench/classpath")" accept4trace.bench.Benchmarks "$@"
