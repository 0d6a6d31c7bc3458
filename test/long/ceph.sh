#!/usr/bin/env bash
# The contracts of storage and of repositories at Ceph's gateway, straight and through lines that lose answers, by hand:
# apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common
# Runs as root; starts a cluster of one monitor, one store in memory and one gateway on free ports, and takes all away.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
port=$((20000 + RANDOM % 10000)); gate=$((port + 100))
pids=()
stop() {
  if ((${#pids[@]})); then kill "${pids[@]}" 2>/dev/null || true; wait "${pids[@]}" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT
mkdir "$work/mon" "$work/osd" "$work/gate" "$work/run"
cat > "$work/conf" <<INI
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v1:127.0.0.1:$port
ms bind msgr2 = false
public network = 127.0.0.0/8
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon data avail crit = 1
osd crush chooseleaf type = 0
osd objectstore = memstore
# without authentication it would tell the monitor so before it knows whose cluster that is, and give up
osd crush update on start = false
osd class update on start = false
memstore device bytes = 1073741824
run dir = $work/run
admin socket = $work/run/\$name.asok
log file = $work/\$name.log
[mon.a]
mon data = $work/mon
[osd.0]
osd data = $work/osd
[client.gate]
rgw data = $work/gate
rgw frontends = beast endpoint=127.0.0.1:$gate
INI
ceph() { command ceph -c "$work/conf" --connect-timeout 30 "$@"; }
monmaptool --create --addv a "v1:127.0.0.1:$port" --fsid "$(sed -n 's/^fsid = //p' "$work/conf")" "$work/map" >/dev/null
ceph-mon -c "$work/conf" --mkfs -i a --monmap "$work/map" >/dev/null
ceph-mon -c "$work/conf" -f -i a --public-addr "v1:127.0.0.1:$port" 2>"$work/mon.err" & pids+=($!)
disk=$(cat /proc/sys/kernel/random/uuid)
ceph osd new "$disk" >/dev/null
ceph-osd -c "$work/conf" -i 0 --mkfs --osd-uuid "$disk" 2>/dev/null
ceph osd crush add osd.0 1 root=default host=here >/dev/null
ceph-osd -c "$work/conf" -f -i 0 2>"$work/osd.err" & pids+=($!)
radosgw-admin -c "$work/conf" -n client.gate user create --uid=test --display-name=test \
  --access-key=test --secret-key=secret >/dev/null
radosgw -c "$work/conf" -f -n client.gate 2>"$work/gate.err" & pids+=($!)
for _ in $(seq 120); do (exec 3<>"/dev/tcp/127.0.0.1/$gate") 2>/dev/null && break; sleep 0.5; done
radosgw --version
if [ "${1:-}" = serve ]; then echo "http://127.0.0.1:$gate, key test, secret secret; ctrl-C ends it"; wait; fi
LOCKSTEP_TEST_S3="http://127.0.0.1:$gate" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=secret \
  npx vitest run --project journeys test/s3-servers.test.ts
