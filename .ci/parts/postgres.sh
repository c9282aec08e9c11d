#!/usr/bin/env bash
# A PostgreSQL cluster of our own, on a free loopback port with a random password. The server
# refuses to run as root, so it runs as the package's user `postgres`.
# Usage: postgres.sh start|stop|status
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

HOME_DIR="$PARTS/postgres"

installed() { id postgres >/dev/null 2>&1 && [ -d "$HOME_DIR" ]; }

as_postgres() { runuser -u postgres -- "$@"; }

# The server's user must reach its own data: a checkout below a private folder cannot hold them.
data_dir() {
    if as_postgres test -x "$HOME_DIR"; then
        printf '%s/data' "$HOME_DIR"
    else
        printf '/var/lib/postgresql/podium-%s' "$(printf %s "$REPO" | cksum | cut -d' ' -f1)"
    fi
}

binaries() { find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1; }

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

create_cluster() {
    local data="$1" bin="$2" secret
    secret="$(mktemp)"
    head -c 24 /dev/urandom | base64 | tr '+/' 'ab' >"$secret"
    chown postgres "$secret"
    mkdir -p "$data"
    chown postgres:postgres "$data"
    # Test data may be lost in a crash, so no write waits for the disk.
    as_postgres "$bin/initdb" --pgdata "$data" --username postgres --pwfile "$secret" --auth scram-sha-256 \
        --encoding UTF8 --locale C.UTF-8 --no-sync >"$HOME_DIR/initdb.log" 2>&1 || {
        tail -n 20 "$HOME_DIR/initdb.log" >&2
        die "initdb failed"
    }
    cat >>"$data/postgresql.conf" <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = ''
		fsync = off
		synchronous_commit = off
		full_page_writes = off
	CONF
    mv "$secret" "$HOME_DIR/password"
    chown root "$HOME_DIR/password"
    chmod 600 "$HOME_DIR/password"
}

start() {
    require_root "starting PostgreSQL"
    install_packages postgresql python3
    mkdir -p "$HOME_DIR"
    chmod 755 "$PARTS" "$HOME_DIR"
    local data bin port
    data="$(data_dir)"
    bin="$(binaries)"
    [ -n "$bin" ] || die "the postgresql package brought no server programs."
    if [ ! -s "$data/PG_VERSION" ] || [ ! -s "$HOME_DIR/password" ]; then
        rm -rf "$data"
        create_cluster "$data" "$bin"
    fi
    if running "$data/postmaster.pid" postgres; then
        port="$(sed -n 4p "$data/postmaster.pid")"
    else
        port="$(free_port)"
        rm -f "$data/postmaster.pid"
        (cd / && as_postgres "$bin/pg_ctl" --pgdata "$data" --log "$data/server.log" --options "-p $port" \
            --wait --timeout 60 --silent start 9>&-) </dev/null >/dev/null || {
            tail -n 20 "$data/server.log" >&2
            die "PostgreSQL did not start (whole log: $data/server.log)"
        }
    fi
    say "PostgreSQL answers on 127.0.0.1:$port"
    export_part PODIUM_TEST_POSTGRES_URL \
        "postgresql://postgres:$(cat "$HOME_DIR/password")@127.0.0.1:$port/postgres"
}

stop() {
    unexport_part PODIUM_TEST_POSTGRES_URL
    installed || return 0
    local data
    data="$(data_dir)"
    if running "$data/postmaster.pid" postgres; then
        (cd / && as_postgres "$(binaries)/pg_ctl" --pgdata "$data" --mode fast --wait --silent stop) >/dev/null
        say "PostgreSQL stopped"
    fi
    # Nothing of ours stays outside the checkout.
    case "$data" in "$HOME_DIR"/*) ;; *) rm -rf "$data" ;; esac
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    status) installed && running "$(data_dir)/postmaster.pid" postgres ;;
    *) die "usage: postgres.sh start|stop|status" ;;
esac
