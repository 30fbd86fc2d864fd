#!/usr/bin/env bash
# Runs the commands of man/several-machines.md verbatim on the hosts of fleet.sh, and compares the results. Then checks
# that tracers end when their ssh connection is killed. Run this as root after a build; also requires sqlite3.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here page=$here/../../../../man/several-machines.md
fleet=${fleet:-}

die() {
  printf 'fleet: %s\n' "$1" >&2
  tail -n 30 ./*.out >&2
  exit 1
}

# Prints the N-th block of this language, counted from 1.
block() {
  awk -v fence='```'"$1" -v wanted="$2" \
    '/^```$/ { show = 0 } show { print } $0 == fence { show = ++n == wanted }' "$page"
}

expect() {
  grep -qE "$2" "$1" || die "not in $1: $2"
}

# Runs the page's command that asks which hosts accept late or reject clients right now.
right_now() {
  local status=0
  block sh 1 >now.sh
  bash -e now.sh >now.out 2>&1 || status=$?
  [ "$status" -eq 2 ] || die "ansible ended with status $status, although a host has a finding"
  expect now.out '^web1 \| CHANGED \| rc=0 >>'
  expect now.out '^web2 \| FAILED \| rc=4 >>'
  expect now.out '^\[1\] accept queue of 0\.0\.0\.0:80 was full( and refused |: )'
}

# Prints the host and the beginning of each finding, without most numbers. Arguments: the lines that name a host, and
# the output.
findings() {
  awk -v heading="$1" '$0 ~ heading { match($0, /web[1-3]/); host = substr($0, RSTART, RLENGTH) }
    /^\[[0-9]+\] / { print host, substr($0, 1, 39) }' "$2" | sort
}

record_and_ask() {
  local host
  block yaml 1 >accepts.yml
  block sql 1 >ask.sql
  block sh 2 >ask.sh
  mkdir accepts
  touch accepts/previous.a4t accepts.db
  bash -eo pipefail ask.sh >ask.out || die 'a command of the page failed'
  cat ask.out
  [ "$(stat -c %a accepts/*.a4t | uniq)" = 600 ] || die 'not only the owner can read the recordings'
  [ "$(grep -o '^accepts/.*: status .*' ask.out | tr '\n' ' ')" = \
    'accepts/web2.a4t: status 4 accepts/web3.a4t: status 4 ' ] || die 'not only web2 and web3 have findings'
  expect ask.out '^\[1\] accept queue of 0\.0\.0\.0:80 was full( and refused |: )'
  expect ask.out '^\[1\] EMFILE: python3\[[0-9]*\] reached the limit of 12 open files'
  diff <(findings ' >>$' now.out) <(findings ': status ' ask.out) || die 'findings of a trace and of a recording differ'
  expect ask.out '^accept4 of 1 process, 30\.[0-9] s: '
  expect ask.out '^TCP 0\.0\.0\.0:80 .*/5 .* python3\[[0-9]*\]$'
  for host in web1 web2 web3; do
    expect ask.out "^$host .* changed=0 .* unreachable=0 .* failed=0 "
    expect ask.out "^│ $host │ 0       │ 0    │\$"
    expect ask.out "^│ $host │ 0\.0\.0\.0:80 │ [0-9]+ +│ [0-9.]+ +│ [0-9.]+ +│\$"
    expect ask.out "^│ 10\.77\.0\.${host#web} │ [0-9]+ +│ 3 +│\$"
  done
  expect ask.out '^│ web3 │ EMFILE │ [0-9]+ +│$'
  [ "$(grep -A 4 p99_ms ask.out | sed -n '3s/^│ \(web.\).*/\1/p')" = web2 ] || die 'web2 does not accept latest'
}

tracers() {
  pgrep -x accept4-trace >/dev/null
}

# Starts a tracer and kills its ssh. Arguments: options of ssh, the host and the command.
killed() {
  local tries
  : >killed.out
  command ssh -F "$fleet/ssh_config" "$@" </dev/null >killed.out 2>&1 &
  for ((tries = 0; tries < 200; tries++)); do
    if grep -q 'tracing accept4' killed.out; then break; fi
    read -r -t 0.1 <>"$fleet/never" || :
  done
  tracers || die "no tracer: $*"
  kill -KILL $!
  wait $! 2>/dev/null || :
}

ends() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    if ! tracers; then return 0; fi
    read -r -t 0.1 <>"$fleet/never" || :
  done
  die "the tracer stayed: $1"
}

dying_connections() {
  killed web1 accept4-trace --all
  ends 'lines to a connection that died'
  killed web1 accept4-trace --port 9
  ends 'no lines to a connection that died'
  killed -tt web1 accept4-trace --port 9
  ends 'a terminal that was closed'
  killed web1 accept4-trace --port 9 -o /run/accepts --duration 3s
  ends 'a file, and --duration'
}

inside() {
  cd "$fleet"
  right_now
  record_and_ask
  dying_connections
  echo 'man/several-machines.md: as it says; tracers end with their connections'
}

case ${1:-} in
  --inside) inside ;;
  *) "$here/fleet.sh" "$here/commands.sh" --inside ;;
esac
