#!/usr/bin/env bash
# Boots the systemd of this machine in namespaces, on a copy-on-write view of the file system. There, runs the commands
# of man/several-machines.md for continuous traces, but with an interval of a second instead of a minute. Run this as
# root after a build; requires systemd and jq.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here top=$here/../../../..

die() {
  printf 'systemd: %s\n' "$1" >&2
  exit 1
}

# Prints the page's commands, which start the trace, ask the journal, and stop the trace.
commands() {
  sed -n '/^systemd-run/,/^systemctl stop/p' "$top/man/several-machines.md"
}

mount_root() {
  local root=$1 device
  mkdir "$work/changes" "$work/overlay"
  mount -t overlay -o "lowerdir=/,upperdir=$work/changes,workdir=$work/overlay" overlay "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/run/a4t"
  mount --bind "$work/shared" "$root/run/a4t"
  mount --bind "$top/target/dist" "$root/usr/local"
}

# At boot, only the units of the journal and of this test start.
write_units() {
  cat >"$1/etc/systemd/system/a4t.service" <<'END'
[Unit]
DefaultDependencies=no
Wants=systemd-journald.service
After=systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/bash /run/a4t/systemd.sh --inside
ExecStopPost=/bin/systemctl --force --force poweroff
StandardOutput=append:/run/a4t/log
StandardError=append:/run/a4t/log
END
}

# Runs as the init process of the namespaces.
boot() {
  mkdir "$work/root"
  mount_root "$work/root"
  write_units "$work/root"
  ip link set lo up
  exec env container=a4t chroot "$work/root" /lib/systemd/systemd --system --unit=a4t.service --show-status=0
}

journal_has() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if journalctl -o cat -u accepts | grep -q "$1"; then return 0; fi
    read -r -t 0.1 <>/run/a4t/never || :
  done
  die "not in the journal: $1; $(systemctl status accepts 2>&1)"
}

# Runs under the new systemd. The demo server has its own client, which begins when the server gets a line.
inside() {
  cd /run/a4t
  [ "$(cat /proc/1/comm)" = systemd ] || die 'systemd is not the first process'
  /usr/local/lib/accept4-trace/demo-server 10 8099 <go >/dev/null &
  bash -e <(sed -n 1p commands)
  journal_has '"type":"interval"'
  echo >go
  journal_has '"connections":[1-9]'
  bash -eo pipefail <(sed -n 2,3p commands) >answer
  grep -P '^\d{4}-\d\d-\d\dT\S+Z\t8099\t[1-9]\d*\t[\d.e+-]+\t\d+\t\d+$' answer || die "not the answer: $(cat answer)"
  bash -e <(sed -n 4p commands)
  journal_has '^{"type":"summary"'
  ! systemctl is-failed -q accepts || die 'the stopped unit counts as failed'
  echo 'systemd-run, the journal and jq: as the page says'
}

# Uses a separate cgroup, because the new systemd would take over the cgroup of the machine.
in_a_cgroup() {
  cgroup=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)/a4t-fleet
  mkdir "$cgroup"
  (echo "$BASHPID" >"$cgroup/cgroup.procs" && exec "$@")
}

clean_up() {
  umount -l "$work"
  rmdir "$work"
  find "$cgroup" -depth -type d -exec rmdir {} + || :
}

main() {
  work=$(mktemp -d)
  export work
  mount -t tmpfs tmpfs "$work"
  trap clean_up EXIT
  mkdir "$work/shared"
  cp "$here/systemd.sh" "$work/shared"
  commands | sed '1s/1m/1s/' >"$work/shared/commands"
  mkfifo "$work/shared/never" "$work/shared/go"
  touch "$work/shared/log"
  # In a PID namespace, powering off kills the init process, so unshare always fails in the end.
  in_a_cgroup unshare --mount --pid --uts --net --ipc --cgroup --fork --kill-child "$here/systemd.sh" --boot || :
  cat "$work/shared/log"
  grep -q 'as the page says' "$work/shared/log"
}

case ${1:-} in
  --boot) boot ;;
  --inside) inside ;;
  *) main ;;
esac
