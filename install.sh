#!/bin/sh
# Builds and installs accept4-trace; see install.sh --help.
set -eu
umask 022

PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
here=$(cd "$(dirname "$0")" && pwd)
cache=/var/cache/accept4-trace
# The installed files and folders below PREFIX, and folders that an uninstallation removes if they are empty.
parts='bin/accept4-trace lib/accept4-trace share/man/man8/accept4-trace.8 share/doc/accept4-trace share/accept4-trace
share/bash-completion/completions/accept4-trace share/zsh/site-functions/_accept4-trace
share/fish/vendor_completions.d/accept4-trace.fish'
shared_folders='share/man/man8 share/doc share/bash-completion/completions share/bash-completion
share/zsh/site-functions share/zsh share/fish/vendor_completions.d share/fish'
own_folders='share/man share lib bin .'

# Each line has a required command, file or library, and the Debian package that contains it.
build_needs='
clang                        clang
llvm-strip                   llvm
bpftool                      bpftool
gcc                          gcc
make                         make
/usr/include/stdlib.h        libc6-dev
/usr/include/linux/bpf.h     linux-libc-dev
/usr/include/bpf/libbpf.h    libbpf-dev
/usr/include/elfutils/libdwfl.h libdw-dev
jlink                        default-jdk-headless
mvn                          maven
'
run_needs='
libbpf.so.1                  libbpf1
libdw.so.1                   libdw1
'
# For the .deb that 'mvn package' also makes, on Debian only.
debian_needs='
dpkg-shlibdeps               dpkg-dev
'

action=install
prebuilt=
demo=no
work=
server=

usage() {
    cat <<'END'
Usage: sudo ./install.sh [OPTION]
Build accept4-trace and install it, replacing an older version.

  --demo            after the installation, trace a small demo server for ten lines
  --deps            only install the packages that the build needs
  --prebuilt TREE   install TREE without building; 'mvn package' makes it in target/dist.
                    Default in the unpacked .tar.gz: the tree that contains install.sh
  --uninstall       remove all files installed in PREFIX and, if no other installation is
                    left, also the downloads
  --help            show this help

Environment:
  PREFIX            installation folder, default /usr/local
  DESTDIR           prepended to PREFIX, for packagers; does not need root
sudo only keeps them if they follow it: sudo PREFIX=/opt/a4t ./install.sh

On Debian, apt-get installs missing packages; elsewhere, install.sh lists them. At run
time, the tool only needs libbpf1 and, for --stack, libdw1; the portable archive needs
neither. The checkout and home folders are not changed: the build uses a copy of the
source, and its own Maven repository in /var/cache/accept4-trace.
END
}

say() {
    printf 'install.sh: %s\n' "$1"
}

fail() {
    printf 'install.sh: %s\nhint: %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$work" ] || rm -rf "$work"
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            --demo) demo=yes ;;
            --deps) action=deps ;;
            --uninstall) action=uninstall ;;
            --prebuilt)
                [ $# -gt 1 ] || fail '--prebuilt: TREE is missing' './install.sh --help shows the options' 2
                prebuilt=$2
                shift
                ;;
            -h | --help) usage && exit ;;
            *) fail "unknown option '$1'" './install.sh --help shows the options' 2 ;;
        esac
        shift
    done
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

check_rights() {
    case $PREFIX in
        /*) ;;
        *) fail "PREFIX is not an absolute path: '$PREFIX'" 'the default is PREFIX=/usr/local' 2 ;;
    esac
    if is_root; then
        return
    fi
    if [ -z "$DESTDIR" ] || [ "$action" = deps ]; then
        fail 'root is required' 'run: sudo ./install.sh'
    fi
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/accept4-trace
}

# Runs a command with its output in a log, and prints the end of the log if the command fails: quietly LOG COMMAND...
quietly() {
    log=$1
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        return 1
    }
}

# --- Packages ---

is_present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        lib*.so.*) ldconfig -p | grep -qF "$1 " ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

packages_of() {
    printf '%s\n' "$1" | awk '{ print $2 }'
}

# Prints the missing packages of a table like build_needs.
missing_packages() {
    printf '%s\n' "$1" | while read -r what package; do
        [ -z "$what" ] || is_present "$what" || printf '%s ' "$package"
    done
}

install_packages() {
    [ -n "$1" ] || return 0
    packages=$(missing_packages "$1")
    packages=${packages% }
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null ||
        fail "cannot install $packages: apt-get not found" 'these are names of Debian packages; install the equivalents'
    is_root || fail "cannot install $packages: root is required" 'run: sudo ./install.sh --deps'
    say "installing missing packages: $packages"
    quietly "$cache/packages.log" apt_get update -q=2 || say 'continuing with the existing package lists'
    # shellcheck disable=SC2086
    apt_get install --print-uris -q=2 $packages |
        awk '{ bytes += $3 } END {
            long = bytes < 1e7 ? "" : ", which takes about a minute on a fast line"
            printf "    Downloading %.1f MB%s.\n", bytes / 1e6, long }'
    # shellcheck disable=SC2086
    quietly "$cache/packages.log" apt_get install -q=2 --yes $packages ||
        fail "cannot install the packages: see above and $cache/packages.log" 'check the network connection'
}

apt_get() {
    command=$1
    shift
    LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get "$command" --no-install-recommends "$@"
}

# --- Build ---

copy_source() {
    tar -C "$here" --exclude=target --exclude=.git -cf - . | tar -C "$1" --no-same-owner -xf -
}

# Builds the runnable tree in target/dist, without tests and developers' checks.
build() {
    cd "$work" && mvn -B -ntp -Dstyle.color=never "-Dmaven.repo.local=$cache/maven" \
        -Dmaven.test.skip -DskipTests -Dspotless.check.skip -Dpackages.skip=true -P '!error-prone' package
}

# Marks the run-time packages as manually installed, so that apt-get autoremove keeps them.
keep_run_packages() {
    packages=$(packages_of "$(needs_of_tree)")
    if [ -n "$packages" ] && is_root && [ -z "$DESTDIR" ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        quietly "$cache/packages.log" apt_get install -q=2 --yes --no-upgrade $packages ||
            fail "cannot install the run-time packages: see above and $cache/packages.log" \
                'check the network connection'
    fi
}

all_build_needs() {
    printf '%s' "$build_needs$run_needs"
    ! command -v dpkg >/dev/null || printf '%s' "$debian_needs"
}

build_tree() {
    install_packages "$(all_build_needs)"
    say 'building ...'
    echo "    This takes about a minute. Maven downloads about 60 MB once and keeps them in $cache/maven."
    copy_source "$work"
    (quietly "$cache/build.log" build) ||
        fail "the build failed: see above and $cache/build.log" 'Maven needs to download: check the network connection'
    tree=$work/target/dist
}

# Prints what the tree needs at run time. Prints nothing for the portable archive, which contains its libraries, and a
# list of them in the file LIBRARIES.
needs_of_tree() {
    [ -e "$tree/share/doc/accept4-trace/LIBRARIES" ] || printf '%s' "$run_needs"
}

prebuilt_tree() {
    [ -x "$prebuilt/bin/accept4-trace" ] ||
        fail "cannot install $prebuilt: bin/accept4-trace is missing" "'mvn -B package -DskipTests' makes target/dist"
    tree=$prebuilt
    install_packages "$(needs_of_tree)"
}

# --- Installation ---

# Debian's folders in /usr/local are setgid, so new files would get the group of their folder.
give_to_root() {
    chmod -R u=rwX,go=rX,g-s "$1" && { ! is_root || chown -hR 0:0 "$1"; }
}

# Replaces a file or folder as a whole, so that nothing of an older version stays.
place() {
    mkdir -p "$to/$(dirname "$1")" &&
        rm -rf "$to/$1.new" &&
        cp -RP "$tree/$1" "$to/$1.new" &&
        give_to_root "$to/$1.new" &&
        rm -rf "${to:?}/$1" &&
        mv "$to/$1.new" "$to/$1"
}

show_usage_hints() {
    version=$("$to/bin/accept4-trace" -V) || fail "cannot start $to/bin/accept4-trace: see above" 'try again'
    tool=$to/bin/accept4-trace
    page=$to/share/man/man8/accept4-trace.8
    # If sudo has started us, PATH is the one that sudo sets, so `sudo accept4-trace` finds the tool, too.
    case :$PATH: in
        *":$to/bin:"*) tool=accept4-trace page=accept4-trace ;;
    esac
    self=./install.sh
    [ "$PREFIX" = /usr/local ] || self="PREFIX=$PREFIX $self"
    say "installed $version in $to"
    cat <<END
    trace a server:  sudo $tool -p PID
    manual page:     man $page
    uninstall:       sudo $self --uninstall
END
}

install_tree() {
    work=$(mktemp -d "$cache/build.XXXXXX")
    if [ -n "$prebuilt" ]; then
        prebuilt_tree
    else
        build_tree
    fi
    keep_run_packages
    for part in $parts; do
        place "$part" || fail "cannot write to $to: see above" 'check the free space and the permissions'
    done
    record
    show_usage_hints
}

# Remembers PREFIX for is_still_installed, because all installations share the cache.
record() {
    [ -n "$DESTDIR" ] || printf '%s\n' "$PREFIX" >>"$cache/installed"
}

# Always checks the default PREFIX, because older versions did not record it.
is_still_installed() {
    { echo /usr/local && cat "$cache/installed" 2>/dev/null; } | sort -u | while IFS= read -r prefix; do
        [ ! -e "$prefix/bin/accept4-trace" ] || echo "$prefix"
    done | grep -q .
}

uninstall() {
    for part in $parts; do
        rm -rf "${to:?}/$part"
    done
    [ -n "$DESTDIR" ] || is_still_installed || rm -rf "$cache"
    case $to in
        /usr | /usr/local) folders=$shared_folders ;;
        *) folders="$shared_folders $own_folders" ;;
    esac
    for folder in $folders; do
        # Fails if the folder is not empty.
        rmdir "$to/$folder" 2>/dev/null || :
    done
    say "removed from $to; packages stay installed"
}

# --- Demo ---

# The server waits for a line on stdin before it starts its client. It gets the line once the tracer has attached.
run_demo() {
    is_root || fail 'the demo needs root' 'run: sudo ./install.sh --demo'
    mkfifo "$work/go" "$work/notices"
    "$to/lib/accept4-trace/demo-server" <"$work/go" &
    server=$!
    exec 3>"$work/go"
    "$to/bin/accept4-trace" -p "$server" --count 10 2>"$work/notices" 3>&- &
    tracer=$!
    while IFS= read -r notice; do
        printf '%s\n' "$notice" >&2
        case $notice in
            # Runs in a subshell, because SIGPIPE ends the shell if the server has failed.
            *': tracing accept4 and accept of '*) (echo go >&3) || : ;;
        esac
    done <"$work/notices"
    wait "$tracer" || fail 'the demo failed: see above' "$to/bin/accept4-trace --check reports what this kernel allows"
    # The server makes more connections than the trace shows, so it must still be running.
    kill "$server" 2>/dev/null || fail 'the demo failed: the demo server ended early' 'install again: sudo ./install.sh'
    server=
    say 'wait= is the time a connection waited to be accepted; queue= is the number still waiting, and the limit'
}

main() {
    PATH=$PATH:/usr/sbin:/sbin
    parse "$@"
    # In an unpacked .tar.gz, install.sh is in the tree to install.
    [ -n "$prebuilt" ] || [ -e "$here/pom.xml" ] || prebuilt=$here
    check_rights
    to=$DESTDIR$PREFIX
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
    [ "$action" = uninstall ] || mkdir -p "$cache"
    case $action in
        deps) install_packages "$(all_build_needs)" ;;
        uninstall) uninstall ;;
        install)
            install_tree
            [ "$demo" = no ] || run_demo
            ;;
    esac
}

main "$@"
