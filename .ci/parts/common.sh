# shellcheck shell=bash
# Shared by the scripts in this folder. All state lies under var/parts of this checkout, so that two
# checkouts on one machine never share a server.
set -euo pipefail

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
PARTS="$REPO/var/parts"
PARTS_ENV="$PARTS/env"
mkdir -p "$PARTS"

say() { printf '[parts] %s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

require_root() {
    [ "$(id -u)" -eq 0 ] || die "$1 needs root: run this as root."
}

# export_part NAME VALUE: what tests read from var/parts/env. The file holds passwords of local
# servers, so only its owner may read it.
export_part() {
    (
        umask 077
        flock 9
        touch "$PARTS_ENV"
        grep -v "^export $1=" "$PARTS_ENV" >"$PARTS_ENV.new" || true
        printf 'export %s=%q\n' "$1" "$2" >>"$PARTS_ENV.new"
        mv "$PARTS_ENV.new" "$PARTS_ENV"
    ) 9>"$PARTS/env.lock"
}

unexport_part() {
    [ -f "$PARTS_ENV" ] || return 0
    (
        umask 077
        flock 9
        grep -v "^export $1=" "$PARTS_ENV" >"$PARTS_ENV.new" || true
        mv "$PARTS_ENV.new" "$PARTS_ENV"
    ) 9>"$PARTS/env.lock"
}

# short_dir NAME: a folder whose path leaves room for a socket name (a Unix socket's path may have
# 107 bytes). It is var/parts/NAME unless the checkout lies too deep.
short_dir() {
    local folder="$PARTS/$1"
    if [ "${#folder}" -gt 60 ]; then
        folder="/run/podium-$(printf %s "$REPO" | cksum | cut -d' ' -f1)/$1"
    fi
    printf '%s' "$folder"
}

# install_packages NAME…: Debian packages that are not there yet. Services that a package would
# start by itself stay down: each part starts its own server with its own data.
install_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -x installed >/dev/null || missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    require_root "installing ${missing[*]}"
    say "installing Debian packages: ${missing[*]}"
    (
        flock 9
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        fi
        export DEBIAN_FRONTEND=noninteractive
        apt-get -o DPkg::Lock::Timeout=600 update -qq
        apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install -y -qq \
            --no-install-recommends "${missing[@]}"
    ) 9>"$PARTS/apt.lock" >"$PARTS/apt.log" 2>&1 || {
        tail -n 20 "$PARTS/apt.log" >&2
        die "apt-get could not install ${missing[*]} (whole log: var/parts/apt.log)"
    }
}

# running PIDFILE WORD: whether the process in PIDFILE lives and has WORD in its command line, so
# that a reused process id is not taken for ours.
running() {
    local pid
    [ -f "$1" ] || return 1
    pid="$(head -n 1 "$1")"
    [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -F -- "$2" >/dev/null
}

# wait_for SECONDS WHAT COMMAND…: polls until the command succeeds.
wait_for() {
    local deadline=$((SECONDS + $1)) what="$2"
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
    say "$what"
}
