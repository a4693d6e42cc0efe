#!/bin/sh
# What a daemon needs: time until it serves, resident memory after a minute of serving, time from `keymgr rotate` to the new
# document, and the latency of requests while keys roll over beside that of requests while none does.
#
#   measure.sh [SCOPES [PHASE...]]     2 scopes and all phases unless given: start memory rotate latency
#   JAVA_HOME          the Java to use
#   KEYMGR_JAVA_OPTS   more JVM options
#   TOKENS             of each scope: "a b" unless given
#   WRK_BIN            wrk, where it is not on PATH; without one there is no phase "latency"
#
# Each scope has tokens of its own on the simulated HSM, one ES256 key that signs and one standby, and no folder. Needs a
# build (mvn package), curl and jq. Leave the machine idle meanwhile.
set -eu

scopes=${1:-2}
letters=${TOKENS:-a b}
[ $# -eq 0 ] || shift
phases=${*:-start memory rotate latency}
wrk=${WRK_BIN:-wrk}
port=18473
url=http://127.0.0.1:$port

say() { printf '%s\n' "$1" >&2; }
fail() { say "measure: $1"; exit 2; }
now() { date +%s%3N; }

module=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd -P)
home=$module/target/keymgr
keymgr=$home/bin/keymgr
[ -f "$home/lib/keymgr.jar" ] || fail "nothing is built; run mvn package first"

work=$(mktemp -d)
pid=
clean() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || :
  wait 2>/dev/null || :
  "$home/hsm-config/hsm" down --home "$work" >/dev/null 2>&1 || :
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
export KEYMGR_CONFIG="$work/keymgr.yaml"

# The head of a fresh configuration knows where the token software is.
"$keymgr" init "$work" >/dev/null
sed '/^scopes:/,$d' "$work/keymgr.yaml" >"$work/head"
{
  cat "$work/head"
  printf 'daemon:\n  listen: 127.0.0.1:%s\n  limits: {requests-per-second: 1000000}\nscopes:\n' "$port"
  for n in $(seq "$scopes"); do
    cat <<YAML
  s$n:
    issuer: https://login.example/s$n
    audiences: [https://api.example/s$n]
    tokens:
$(for t in $letters; do echo "      - {label: s$n-$t, pin-source: \"file:secrets/s$n-$t.pin\"}"; done)
    policy:
      rotation: 14d
      cache: {max-age: 2s, verifiers: {}}
      propagation: 1s
      tokens: {max-lifetime: 4s, leeway: 0s, clock-skew: 1s}
      drain: 1s
YAML
  done
} >"$work/new"
mv "$work/new" "$work/keymgr.yaml"

"$keymgr" --make-archive >/dev/null 2>&1
began=$(now)
"$keymgr" init >/dev/null 2>"$work/log" || { tail -n 5 "$work/log" >&2; fail "no tokens"; }
made=$(now)
"$keymgr" apply >/dev/null 2>"$work/log" || { tail -n 5 "$work/log" >&2; fail "no keys"; }
printf '%s scopes, %s: tokens made in %s s, keys in %s s\n' "$scopes" \
  "$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/JDK \1/p')" \
  $(((made - began) / 1000)) $((($(now) - made) / 1000))

start() {
  "$keymgr" daemon >"$work/daemon.log" 2>&1 &
  pid=$!
  for _ in $(seq 3000); do
    ! curl -fs -o /dev/null "$url/healthz" 2>/dev/null || return 0
    kill -0 "$pid" 2>/dev/null || { cat "$work/daemon.log" >&2; fail "the daemon ended"; }
    sleep 0.01
  done
  fail "the daemon does not answer"
}
stop() { kill "$pid" && wait "$pid" 2>/dev/null || :; pid=; }
etag() { curl -fsI "$url/s1/jwks.json" | tr -d '\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: //p'; }

# The numbers on standard input: smallest, middle, largest.
spread() { sort -n | awk '{ v[NR] = $1 } END { printf "%s (%s to %s)", v[int((NR + 1) / 2)], v[1], v[NR] }'; }

starts() {
  for _ in 1 2 3 4 5; do
    began=$(now)
    start
    echo $(($(now) - began))
    stop
  done
}

rotations() {
  for _ in 1 2 3 4 5; do
    sleep 6 # the standby becomes ready
    before=$(etag)
    began=$(now)
    "$keymgr" rotate s1 >/dev/null || fail "nothing was rotated"
    accepted=$(now)
    while [ "$(etag)" = "$before" ]; do sleep 0.005; done
    echo $(($(now) - began)) $(($(now) - accepted))
  done
}

load() { "$wrk" -t1 -c16 -d30s --latency "$url/s1/jwks.json" | awk '
  /^ *(50|99)%/ { l = l " p" $1 " " $2 } /^Requests\/sec/ { r = $2 } /Non-2xx|Socket errors/ { bad = " " $0 }
  END { printf "%s requests/s,%s%s\n", r, l, bad }'; }

for phase in $phases; do
  case $phase in
    start) printf 'start to first 200 of /healthz, ms: %s\n' "$(starts | spread)" ;;
    memory)
      start
      sleep 60
      awk '/^VmRSS/ { printf "resident memory after a minute: %.0f MB", $2 / 1024 } /^Threads/ { printf ", %s threads\n", $2 }' \
        "/proc/$pid/status"
      stop ;;
    rotate)
      start
      rotations >"$work/rotations"
      stop
      printf 'rotate begun to new document served, ms: %s\n' "$(cut -d' ' -f1 "$work/rotations" | spread)"
      printf 'rotate ended to new document served, ms: %s\n' "$(cut -d' ' -f2 "$work/rotations" | spread)" ;;
    latency)
      command -v "$wrk" >/dev/null || fail "no $wrk; install it or set WRK_BIN"
      start
      load >/dev/null
      printf 'no rollover:       %s\n' "$(load)"
      rotations >/dev/null &
      printf 'during rollovers:  %s\n' "$(load)"
      wait $!
      printf 'no rollover again: %s\n' "$(load)"
      stop ;;
    *) fail "no phase $phase" ;;
  esac
done
