# shellcheck shell=bash
# Trees with only the base system of a Debian release. They share the kernel of this machine, and get its settings for
# downloads: apt's proxies, certificates, and Maven's settings.xml.

# The folder of the checkout in a tree.
readonly source=/home/somebody/accept4-trace

# Prints the mirror of Debian or of Debian-Security that apt uses here: mirror LABEL. Without such a mirror, prints
# nothing, so that debootstrap uses its default.
mirror() {
  apt-get indextargets --format "\$(REPO_URI)" 'Identifier: Packages' 'Origin: Debian' "Label: $1" | sed -n 1p
}

# Creates the base system of a release: make_base RELEASE FOLDER. If A4T_BASES names a folder, keeps a copy there, and
# uses it the next time.
make_base() {
  local mirror kept=${A4T_BASES:+$A4T_BASES/$1}
  if [ -d "$kept" ]; then
    cp -a "$kept" "$2"
    return
  fi
  mirror=$(mirror Debian)
  debootstrap --variant=minbase "$1" "$2" ${mirror:+"$mirror"} >"$2.log" 2>&1 || {
    printf 'cannot make a tree of %s: %s\n' "$1" "$(tail -n 1 "$2.log")" >&2
    return 1
  }
  use_mirrors "$2"
  [ -z "$kept" ] || cp -a "$2" "$kept"
}

use_mirrors() {
  apt-config dump | grep -iE '^Acquire::(https?::|Retries)' >"$1/etc/apt/apt.conf.d/90mirrors" || :
  cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
  mkdir -p "$1/usr/local/share/ca-certificates" "$1/root/.m2"
  cp -r /usr/local/share/ca-certificates/. "$1/usr/local/share/ca-certificates/"
  ! [ -e ~/.m2/settings.xml ] || cp ~/.m2/settings.xml "$1/root/.m2/"
}

# Copies the checkout without build results into a tree: copy_checkout TOP TREE
copy_checkout() {
  mkdir -p "$2$source"
  git -C "$1" ls-files -z --cached --others --exclude-standard |
    tar -C "$1" --null --files-from=- -cf - | tar -C "$2$source" --no-same-owner -xf -
}

# Runs a command line in a tree: run_inside TREE COMMAND [read_only|no]. Mounts are private and end with the command.
# The root folder is a mount point, as on a real machine, and can be mounted read-only.
run_inside() {
  # shellcheck disable=SC2016 # for the shells inside
  unshare --mount --propagation private bash -euc '
    mount --bind "$0" "$0"
    for folder in proc sys dev; do mount --rbind "/$folder" "$0/$folder"; done
    [ "$2" = no ] || mount -o remount,bind,ro "$0"
    exec chroot "$0" /usr/bin/env -i HOME=/root TERM=dumb LANG=C.UTF-8 ${MAVEN_OPTS:+MAVEN_OPTS="$MAVEN_OPTS"} \
      ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -euc "$1"' "$1" "$2" "${3:-no}"
}
