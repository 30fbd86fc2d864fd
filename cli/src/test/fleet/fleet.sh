#!/usr/bin/env bash
# Usage: fleet.sh COMMAND [ARG...]
#
# Runs COMMAND on a controller that can reach three hosts by ssh and Ansible: web1 is a healthy nginx, web2 accepts late
# from a short queue, and web3 has run out of files. Clients send requests to all of them. The hosts are namespaces of
# this machine without access to its network. Each host has its own network, name, processes and /run; everything else
# is shared. All of them run the tool from target/dist. All hosts end when COMMAND ends.
#
# Run this as root. Requires ansible-core, iproute2, nginx-light, openssh-client, openssh-server and python3.
# "fleet.sh bash" starts a shell for experiments, where "ssh web1" works.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here network=10.77.0
readonly -a hosts=(web1 web2 web3)
readonly dist=$here/../../../../target/dist

address_of() {
  printf '%s.1%s' "$network" "${1#web}"
}

write_ssh() {
  local name
  ssh-keygen -q -t ed25519 -N '' -f "$fleet/key"
  cp "$fleet/key.pub" "$fleet/authorized_keys"
  cat >"$fleet/sshd_config" <<END
HostKey $fleet/key
AuthorizedKeysFile $fleet/authorized_keys
PermitRootLogin yes
StrictModes no
UsePAM no
END
  for name in "${hosts[@]}"; do
    printf 'Host %s\nHostName %s\n' "$name" "$(address_of "$name")"
  done >"$fleet/ssh_config"
  cat >>"$fleet/ssh_config" <<END
Host *
User root
IdentityFile $fleet/key
StrictHostKeyChecking no
UserKnownHostsFile $fleet/known_hosts
LogLevel ERROR
END
}

write_ansible() {
  cat >"$fleet/ansible.cfg" <<END
[defaults]
inventory = $fleet/hosts
remote_tmp = /run/ansible
local_tmp = $fleet/ansible
interpreter_python = /usr/bin/python3
nocows = true
[ssh_connection]
ssh_args = -F $fleet/ssh_config -o ControlMaster=auto -o ControlPersist=60s
control_path_dir = $fleet/ansible
pipelining = true
END
  printf '[web]\n' >"$fleet/hosts"
  printf '%s\n' "${hosts[@]}" >>"$fleet/hosts"
}

write_nginx() {
  cat >"$fleet/nginx.conf" <<END
pid /run/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  server { listen 80; return 200 "ok"; }
}
END
}

# Runs as the init process of a host.
host() {
  local name=$1
  hostname "$name"
  mount -t tmpfs tmpfs /run
  mkdir /run/sshd
  ip link set lo up
  ip link set eth0 up
  ip address add "$(address_of "$name")/24" dev eth0
  /usr/sbin/sshd -f "$fleet/sshd_config"
  case $name in
    web1) nginx -c "$fleet/nginx.conf" ;;
    web2) python3 "$here/servers.py" late & ;;
    web3) python3 "$here/servers.py" crowded & ;;
  esac
  sleep infinity
}

start_host() {
  local name=$1
  ip netns add "$name"
  ip link add "$name" type veth peer name eth0 netns "$name"
  ip link set "$name" master fleet up
  ip netns exec "$name" unshare --uts --pid --mount-proc --kill-child "$0" --host "$name" >"$fleet/$name.log" 2>&1 &
}

await() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if "$@" 2>/dev/null; then return 0; fi
    read -r -t 0.1 <>"$fleet/never" || :
  done
  printf 'fleet: never came true: %s\n' "$*" >&2
  tail -n 5 "$fleet"/*.log >&2
  exit 1
}

listens() {
  : <"/dev/tcp/$1/$2"
}

# Runs as the init process of the controller.
controller() {
  local name
  hostname controller
  mount --bind "$dist" /usr/local
  mount -t tmpfs tmpfs /run
  mkfifo "$fleet/never"
  ip link set lo up
  ip link add fleet type bridge
  ip link set fleet up
  for name in 1 2 3; do ip address add "$network.$name/24" dev fleet; done
  for name in "${hosts[@]}"; do start_host "$name"; done
  for name in "${hosts[@]}"; do
    await listens "$(address_of "$name")" 22
    await listens "$(address_of "$name")" 80
    python3 "$here/servers.py" clients "$(address_of "$name")" "$network".{1,2,3} &
  done
  export ANSIBLE_CONFIG=$fleet/ansible.cfg
  ssh() { command ssh -F "$fleet/ssh_config" "$@"; }
  export -f ssh
  "$@"
}

main() {
  [ "$(id -u)" -eq 0 ] || { printf 'fleet: not root\nhint: run it by sudo\n' >&2; exit 1; }
  fleet=$(mktemp -d)
  trap 'rm -rf "$fleet"' EXIT
  export fleet
  write_ssh
  write_ansible
  write_nginx
  unshare --net --uts --pid --mount-proc --kill-child "$0" --controller "$@"
}

case ${1:-} in
  --host) host "$2" ;;
  --controller) shift && controller "$@" ;;
  '' | --help) sed -n '2,/^set/{s/^# \{0,1\}//;/^set/d;p}' "$0" ;;
  *) main "$@" ;;
esac
