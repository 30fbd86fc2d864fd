# shellcheck shell=bash disable=SC2154,SC2034
# Runs the live tests under several kernels, each in a virtual machine. Sourced by .ci/run; reads its variables
# "kernels", "reports" and "built".

readonly copy=$reports/copy
# The last real-time kernel of Debian 11 itself, and the newest one of Debian 12. The short name of the first one,
# 5.10-rt, would select a later security update.
readonly realtime_kernels=linux-image-5.10.0-32-rt-amd64,6.1-rt
# Slow kernels come first. Two kernels run at a time, and a slow kernel at the end would run alone for a while.
readonly default_kernels=host,5.10,6.12,6.12+fentry,6.1,newest,$realtime_kernels
readonly realtime_tests=(CallsIT BlockedIT X32IT)
# Only these tests run on the newest kernels. Whole lines cannot be compared there: these kernels sometimes skip a BPF
# program, so that a line contains a <?>.
readonly newest_tests=(BlockedIT CallsIT SeccompIT SkippedRunsIT)
# To save time, "--suite all" runs only these tests on 6.1, where some functions cannot be hooked by fentry.
# "--suite live --kernel 6.1" runs all tests.
readonly older_tests=(CallsIT ClosedIT RefusedIT UnixRefusedIT)
# These tests also run with --probe=fentry, which the tool never chooses itself.
readonly fentry_tests=(BlockedIT CallsIT CrossCloseIT FentryIT OthersIT RefusedIT SeccompIT TroublesIT)
# "--suite all" runs only these tests on 6.12. They depend on typed reads, iterators, hooks or
# capabilities, which have changed since 5.10. "--suite live --kernel 6.12" runs all tests.
readonly recent_tests=(
  BlockedIT CallsIT ChurnIT CrossCloseIT DiagnoseIT KernelServerIT LadderIT LossIT OthersIT QueueIT RefusedIT RelatedIT
  SeccompIT SkippedRunsIT StackIT StuckIT ThreadsIT UnprivilegedIT WaitsIT
)

machines=''

summary_of_build() {
  sed -n "s/.*<$1>\([0-9]*\)<.*/\1/p" cli/target/failsafe-reports/failsafe-summary.xml
}

# Prints the result of the README's test command, which has already run these tests.
live_of_build() {
  local hooks
  hooks=$(target/dist/bin/accept4-trace --check | sed -n 's/^would use: \([a-z_+]*\)\..*/\1/p')
  printf 'kernel host (%s): hooks %s, %d tests passed, %d failed, %d skipped\n' "$(uname -r)" "$hooks" \
    "$(($(summary_of_build completed) - $(summary_of_build skipped)))" "$(summary_of_build failures)" \
    "$(summary_of_build skipped)"
}

is_realtime() {
  [[ $1 == *-rt* ]]
}

# Sets "tests" to the classes that run on a kernel; empty = all.
select_tests() {
  tests=()
  if is_realtime "$1"; then
    tests=("${realtime_tests[@]}")
  elif [[ $1 == newest || $1 == sid* ]]; then
    tests=("${newest_tests[@]}")
  elif [[ $1 == *+fentry ]]; then
    tests=("${fentry_tests[@]}")
  elif [ "$suite" = all ] && [ "$1" = 6.12 ]; then
    tests=("${recent_tests[@]}")
  elif [ "$suite" = all ] && [ "$1" = 6.1 ]; then
    tests=("${older_tests[@]}")
  fi
}

runs_all_tests() {
  local tests
  select_tests "$1"
  [ "${#tests[@]}" -eq 0 ]
}

# Copies the build for the virtual machines, so that the original can change while they run.
copy_build() {
  rm -rf "$copy"
  mkdir -p "$copy/target" "$copy/cli/target"
  cp -a .ci "$copy"
  cp -a target/dist "$copy/target"
  cp -a cli/target/{app,classes,test-classes,workloads,junit-console.jar} "$copy/cli/target"
}

# Runs the live tests under one kernel, with the output in a log for the comparison.
live_under() {
  local kernel=$1 tests
  select_tests "$kernel"
  case $kernel in
    host) if [ -n "$built" ]; then live_of_build; else .ci/live-suite "$kernel"; fi ;;
    *) (cd "$copy" && .ci/vm --timeout 3000 --kernel "${kernel%+fentry}" -- \
      .ci/watch-kernel .ci/live-suite "$kernel" "${tests[@]}") ;;
  esac >"$reports/live-$kernel.log" 2>&1
}

# Records a failure in a file, because this may run in the background.
note_live_under() {
  local start=$SECONDS
  rm -f "$reports/live-$1.failed"
  live_under "$1" || touch "$reports/live-$1.failed"
  printf 'took %d s\n' $((SECONDS - start)) >>"$reports/live-$1.log"
}

# Runs one kernel after another, except for those that another caller has taken. Two callers run at the same time, one
# of them in the background, because each emulator only uses one CPU.
run_virtual_machines() {
  local kernel
  for kernel in ${kernels//,/ }; do
    if [ "$kernel" != host ] && mkdir "$reports/taken/$kernel" 2>/dev/null; then note_live_under "$kernel"; fi
  done
}

# Starts a separate process group, so that a failure elsewhere can end all of it.
start_virtual_machines() {
  set -m
  run_virtual_machines &
  set +m
  machines=$!
  trap 'kill -TERM -- -"$machines" 2>/dev/null; wait' EXIT
}

# Also runs kernels here until none is left, then waits for those in the background.
finish_virtual_machines() {
  run_virtual_machines
  wait
  trap - EXIT
}

# Downloads sequentially, because apt's lists have a single lock.
prepare_virtual_machines() {
  local kernel
  rm -rf "$reports/taken"
  mkdir -p "$reports/taken"
  for kernel in ${kernels//,/ }; do
    [ "$kernel" = host ] || .ci/kernel-package "${kernel%+fentry}" >>"$reports/packages.log"
  done
  copy_build
}

# Shows the output of each kernel. Fails if one of them has failed.
show_live_under_all() {
  local kernel failed=0
  for kernel in ${kernels//,/ }; do
    title "live tests, kernel $kernel"
    cat "$reports/live-$kernel.log"
    [ ! -e "$reports/live-$kernel.failed" ] || failed=1
  done
  return "$failed"
}

# Prints, for each kernel that runs all tests, how many tests it has passed or skipped. This sum should be the same for
# all of them: a kernel skips tests of features that it lacks. The host is excluded, because it also runs tests tagged
# any-kernel, but not those tagged own-machine.
selected_tests() {
  local kernel
  for kernel in ${kernels//,/ }; do
    [ "$kernel" = host ] || ! runs_all_tests "$kernel" ||
      sed -n 's/^kernel .* \([0-9]*\) tests passed.* \([0-9]*\) skipped.*/\1 \2/p' "$reports/live-$kernel.log"
  done | while read -r passed skipped; do echo "$((passed + skipped))"; done
}

# Shows the hooks and numbers of tests for each kernel. Fails if the numbers differ.
compare_kernels() {
  local kernel
  title 'kernels'
  for kernel in ${kernels//,/ }; do
    grep '^kernel ' "$reports/live-$kernel.log" || die "no result from kernel $kernel" "see $reports/live-$kernel.log"
  done
  [ "$(selected_tests | sort -u | wc -l)" -le 1 ] ||
    die 'the kernels did not select the same number of tests' 'see the table above'
}
