#!/usr/bin/env bash
# The tests of the database through PgBouncer, by hand: apt-get install -y pgbouncer postgresql-15
# Runs as root; starts a PostgreSQL and a PgBouncer of its own on free ports and takes both away.
set -eu
cd "$(dirname "$0")/../.."
bin=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
work=$(mktemp -d); chown postgres "$work"
pg=$((20000 + RANDOM % 10000)); pool=$((pg + 1))
as() { su postgres -s /bin/bash -c "$1"; }
stop_pool() { [ -f "$work/pid" ] && kill "$(cat "$work/pid")" && sleep 1 || true; }
trap 'stop_pool; as "$bin/pg_ctl -D $work/data stop -m immediate" >/dev/null; rm -rf "$work"' EXIT
as "$bin/initdb -D $work/data -A trust -U postgres" >/dev/null
as "$bin/pg_ctl -D $work/data -w -o '-p $pg -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200' start" >/dev/null
"$bin/postgres" --version; pgbouncer --version | head -1

run() { # title, mode, further settings
  echo "== $1"
  printf '[databases]\n* = host=127.0.0.1 port=%s user=postgres\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%s\nauth_type=any\npool_mode=%s\nmax_client_conn=500\ndefault_pool_size=15\nlogfile=%s/log\npidfile=%s/pid\n%s\n' \
    "$pg" "$pool" "$2" "$work" "$work" "$3" > "$work/ini"
  chown postgres "$work/ini"
  as "pgbouncer -q -d $work/ini"; sleep 1
  LOCKSTEP_TEST_POSTGRES=postgres://postgres@127.0.0.1:$pool LOCKSTEP_TEST_POSTGRES_DIRECT=postgres://postgres@127.0.0.1:$pg \
    npx vitest run ${FILES:-src/store src/catalogue/catalogue.test.ts src/catalogue/plan/waves.test.ts test/servers-together.test.ts test/apply-together.test.ts} || failed=1
  stop_pool; rm -f "$work/pid"
}
failed=0
run 'transaction mode, as it comes' transaction ''
run 'transaction mode, start-up options passed over' transaction 'ignore_startup_parameters = options,extra_float_digits'
run 'session mode, start-up options passed over' session 'ignore_startup_parameters = options,extra_float_digits'
exit $failed
