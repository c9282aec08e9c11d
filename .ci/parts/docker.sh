#!/usr/bin/env bash
# A Docker engine of our own: its data, sockets and containers lie under var/parts/docker, beside
# any engine that the machine may have. It has no bridge and touches no firewall rule: sandboxes
# have no network, and images are built with `--network host`. It remaps users: root in a container
# is nobody on the machine. The engine itself makes the user `dockremap` for that, with a range in
# /etc/subuid and /etc/subgid.
# Usage: docker.sh start|stop|status
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

HOME_DIR="$PARTS/docker"

# everyone_reaches FOLDER: whether a user without rights can enter the folders above it.
everyone_reaches() {
    local folder
    folder="$(dirname "$1")"
    while [ "$folder" != / ]; do
        case "$(stat -c %A "$folder")" in *[xt]) ;; *) return 1 ;; esac
        folder="$(dirname "$folder")"
    done
}

# Containers of remapped users open their filesystems themselves, so these lie outside of a checkout
# that is closed to others (below /root, say).
if everyone_reaches "$HOME_DIR"; then
    DATA_DIR="$HOME_DIR/data"
    RUN_DIR="$(short_dir docker)"
else
    OUTSIDE="podium-$(printf %s "$REPO" | cksum | cut -d' ' -f1)"
    DATA_DIR="/var/lib/$OUTSIDE/docker"
    RUN_DIR="/run/$OUTSIDE/docker"
fi
SOCKET="$RUN_DIR/docker.sock"
PIDFILE="$RUN_DIR/docker.pid"
CONFIG="$HOME_DIR/daemon.json"
RUNSC="$PARTS/gvisor/usr/bin/runsc"
export DOCKER_HOST="unix://$SOCKET"

write_config() {
    local runtimes='{}'
    if [ -x "$RUNSC" ]; then
        # Without --network=none gVisor refuses `--network none` of this engine: "cannot run with
        # network enabled in root network namespace". With --oci-seccomp its kernel also keeps to
        # the profile of a container.
        runtimes="$(printf '{"runsc": {"path": "%s", "runtimeArgs": ["--network=none", "--oci-seccomp"]}}' "$RUNSC")"
    fi
    printf '{"userns-remap": "default", "runtimes": %s}\n' "$runtimes" >"$CONFIG.new"
    if cmp -s "$CONFIG.new" "$CONFIG"; then
        rm "$CONFIG.new"
        return 0
    fi
    mv "$CONFIG.new" "$CONFIG"
    if running "$PIDFILE" dockerd; then
        kill -HUP "$(cat "$PIDFILE")"
    fi
}

check_machine() {
    case "$(stat -f -c %T "$DATA_DIR")" in
        overlayfs | tmpfs | ramfs) die "$DATA_DIR lies on $(stat -f -c %T "$DATA_DIR"); an engine needs an ordinary filesystem." ;;
    esac
    [ -e /sys/fs/cgroup/cgroup.controllers ] || [ -d /sys/fs/cgroup/memory ] ||
        die "no cgroups are mounted at /sys/fs/cgroup; an engine cannot limit memory without them."
    [ "$(cat /proc/sys/user/max_user_namespaces)" -gt 0 ] ||
        die "user namespaces are switched off; set the sysctl user.max_user_namespaces above 0."
}

start() {
    require_root "starting a Docker engine"
    install_packages docker.io iptables debootstrap ca-certificates
    mkdir -p "$HOME_DIR" "$DATA_DIR" "$RUN_DIR/exec"
    check_machine
    write_config
    if ! running "$PIDFILE" dockerd; then
        rm -f "$PIDFILE" "$SOCKET"
        setsid nohup dockerd \
            --config-file "$CONFIG" --host "$DOCKER_HOST" --data-root "$DATA_DIR" \
            --exec-root "$RUN_DIR/exec" --pidfile "$PIDFILE" \
            --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
            >>"$HOME_DIR/log" 2>&1 9>&- </dev/null &
    fi
    wait_for 60 "Docker engine answers" docker info || {
        tail -n 20 "$HOME_DIR/log" >&2
        die "the Docker engine did not start (whole log: var/parts/docker/log)"
    }
    docker info --format '{{.SecurityOptions}}' | grep -F name=userns >/dev/null ||
        say "the engine that runs here was started without remapped users: stop it and start it again"
    export_part DOCKER_HOST "$DOCKER_HOST"
}

stop() {
    if running "$PIDFILE" dockerd; then
        local pid
        pid="$(cat "$PIDFILE")"
        kill "$pid"
        wait_for 60 "Docker engine stopped" test ! -e "/proc/$pid" || kill -KILL "$pid"
    fi
    unexport_part DOCKER_HOST
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    status) running "$PIDFILE" dockerd ;;
    *) die "usage: docker.sh start|stop|status" ;;
esac
