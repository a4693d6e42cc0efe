#!/bin/sh
# How long a revocation takes, from the moment the command is typed, beside a daemon that serves SCOPES scopes:
#
#   time-revocation.sh [SCOPES [ROUNDS]]      2 and 10 unless given; 100 scopes have 200 token servers
#
# switch    the commit after which nobody signs with the key, by the instant in the record
# written   the document without it stands in every directory, by the instant in the record
# served    it is what the daemon answers over HTTP, asked every 10 ms
# refused   a relying party that pins the authorities, and is shown a token each 20 ms, refuses it for the first time
# ended     the command has ended
#
# One line a round in milliseconds, then the median of each column; at last `revoke --everything --hard` over all scopes.
# Needs a build (mvn package), curl and jq. Leave the machine idle meanwhile.
set -eu

scopes=${1:-2}
rounds=${2:-10}
port=18473

say() { printf '%s\n' "$1" >&2; }
fail() { say "time-revocation: $1"; exit 2; }

module=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd -P)
keymgr=$module/target/keymgr/bin/keymgr
hsm=$module/target/keymgr/hsm-config/hsm
[ -x "$keymgr" ] || fail "nothing is built; run mvn package first"
command -v curl >/dev/null || fail "no curl"
command -v jq >/dev/null || fail "no jq"
[ "$scopes" -ge 2 ] || fail "two scopes at least"

work=$(mktemp -d)
demo=$work/demo
daemon_pid=
clean() {
  if [ -n "$daemon_pid" ]; then
    kill "$daemon_pid" 2>/dev/null || :
    wait "$daemon_pid" 2>/dev/null || :
  fi
  [ ! -d "$demo/hsm" ] || "$hsm" down --home "$demo" >/dev/null 2>&1 || :
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

say "setting up $scopes scopes"
"$keymgr" init --fast "$demo" >/dev/null
export KEYMGR_CONFIG="$demo/keymgr.yaml"
# Nothing happens by itself while it is measured, and nobody looks at each scope once a second; a standby is ready 4 s after
# its publication.
sed -i 's/rotation: 20s/rotation: 1h/; s/max-lifetime: 4s/max-lifetime: 5m/; s/period: 1s/period: 1m/' "$KEYMGR_CONFIG"
block=$(awk '/^  enterprise:/ { on = 1; print; next } on && /^( {0,2}[^ #]|[^ #])/ { on = 0 } on' "$KEYMGR_CONFIG")
n=3
while [ "$n" -le "$scopes" ]; do
  printf '\n%s\n' "$block" | sed "s/enterprise/scope-$n/g" >>"$work/more"
  n=$((n + 1))
done
if [ -f "$work/more" ]; then
  awk -v more="$work/more" '
    { print }
    /^  enterprise:/ { in_last = 1; next }
    in_last && /^[^ #]/ { in_last = 0 }
    END { if (in_last) while ((getline line < more) > 0) print line }' "$KEYMGR_CONFIG" >"$work/config"
  cp "$work/config" "$KEYMGR_CONFIG"
fi
printf '\ndaemon:\n  listen: 127.0.0.1:%s\n' "$port" >>"$KEYMGR_CONFIG"
"$keymgr" init "$demo" >/dev/null
"$keymgr" apply >/dev/null
"$keymgr" daemon >"$work/daemon.log" 2>&1 &
daemon_pid=$!
until curl -fs "http://127.0.0.1:$port/consumer/jwks.json" >/dev/null; do
  kill -0 "$daemon_pid" 2>/dev/null || { cat "$work/daemon.log" >&2; fail "the daemon ended"; }
  sleep 0.2
done

now_ms() { echo $(($(date +%s%N) / 1000000)); }
ready() {
  for _ in $(seq 120); do
    "$keymgr" -o json status "$1" | jq -e '[.scopes[].findings[].code] | length == 0' >/dev/null && return 0
    sleep 0.5
  done
  "$keymgr" status "$1" >&2
  fail "$1 does not come to rest"
}
recorded_ms() { # kid, action: since the epoch, in ms; the first after a start
  "$keymgr" audit --export | jq -rs --arg kid "$1" --arg action "$2" --argjson start "$3" '
    [.[] | select(.action == $action and ((.kid // $kid) == $kid)) | .at
      | (sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) * 1000
        + ((capture("\\.(?<ms>[0-9]{3})").ms // "0") | tonumber)]
    | map(select(. >= $start)) | first'
}

"$keymgr" authority consumer >"$work/authorities.pem"
first_ms() { # of the decisions so far, the first of that kind: since the epoch, in ms; nothing when there is none
  jq -rs --arg kind "$1" '
    [.[] | select((.verdict == "ACCEPTED") == ($kind == "accepted")) | .time
      | (sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) * 1000 + ((capture("\\.(?<ms>[0-9]{3})").ms // "0") | tonumber)]
    | first // empty' "$work/decisions"
}
printf 'switch written served refused ended\n'
: >"$work/rows"
round=0
while [ "$round" -lt "$rounds" ]; do
  ready consumer
  kid=$("$keymgr" -o json keys consumer | jq -r '.keys[] | select(.state == "ACTIVE").kid')
  echo '{"sub":"bench"}' | "$keymgr" sign consumer >"$work/token"
  : >"$work/decisions"
  while [ ! -e "$work/refused" ]; do cat "$work/token"; sleep 0.02; done |
    "$keymgr" verify consumer --url "http://127.0.0.1:$port/consumer" --authority "$work/authorities.pem" \
      --lines --decisions "$work/decisions" >/dev/null &
  verifier=$!
  until [ -n "$(first_ms accepted)" ]; do sleep 0.1; done
  # At another moment between two looks of the verifier each time: it looks every three seconds or less.
  sleep "$(od -An -N2 -tu2 /dev/urandom | awk '{ printf "%.3f", $1 % 3000 / 1000 }')"
  start=$(now_ms)
  (
    while curl -fs "http://127.0.0.1:$port/consumer/jwks.json" | grep -q -- "$kid"; do sleep 0.01; done
    now_ms >"$work/served"
  ) &
  looker=$!
  "$keymgr" revoke --reason bench --cause key -- "$kid" >/dev/null
  ended=$(now_ms)
  wait "$looker"
  until refused=$(first_ms refused) && [ -n "$refused" ]; do sleep 0.1; done
  : >"$work/refused"
  wait "$verifier"
  rm "$work/refused"
  switched=$(recorded_ms "$kid" key.revoked "$start")
  written=$(recorded_ms "$kid" key.removed "$start")
  printf '%s %s %s %s %s\n' $((switched - start)) $((written - start)) $(($(cat "$work/served") - start)) \
    $((refused - start)) $((ended - start)) | tee -a "$work/rows"
  round=$((round + 1))
done
for column in 1 2 3 4 5; do
  sort -n -k"$column,$column" "$work/rows" | awk -v c="$column" '{ v[NR] = $c } END { printf "%s ", v[int((NR + 1) / 2)] }'
done
printf '(median of %s, %s scopes)\n' "$rounds" "$scopes"

for scope in $("$keymgr" -o json status | jq -r '.scopes[].scope'); do ready "$scope"; done
start=$(now_ms)
"$keymgr" revoke --everything --reason bench --hard >/dev/null
ended=$(now_ms)
stopped=$("$keymgr" audit --export | jq -rs --argjson start "$start" '
  [.[] | select(.action == "key.revoked") | .at
    | (sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) * 1000 + ((capture("\\.(?<ms>[0-9]{3})").ms // "0") | tonumber)]
  | map(select(. >= $start)) | max')
printf 'everything: %s ms until none of %s scopes signed with an old key, %s ms until each signed with a fresh one\n' \
  $((stopped - start)) "$scopes" $((ended - start))
