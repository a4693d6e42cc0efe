#!/bin/sh
# How many requests a second the daemon's HTTP side answers on one JWKS with keep-alive, beside nginx with the same file on
# the same machine, one after the other and in turns.
#
#   compare-with-nginx.sh [SECONDS [CONNECTIONS [ROUNDS]]]      10, 64 and 3 unless given
#   JWKS        the file to serve; four ES256 keys are made up otherwise
#   NGINX_BIN, WRK_BIN, H2LOAD_BIN   the programs, where they are not on PATH; HTTP/2 is left out where there is no h2load
#
# Needs a build (mvn package), and on Debian: nginx-light or nginx, wrk, nghttp2-client. Leave the machine idle meanwhile.
set -eu

seconds=${1:-10}
connections=${2:-64}
rounds=${3:-3}
nginx=${NGINX_BIN:-nginx}
wrk=${WRK_BIN:-wrk}
h2load=${H2LOAD_BIN:-h2load}
nginx_port=18471
keymgr_port=18472

say() { printf '%s\n' "$1" >&2; }
fail() { say "compare-with-nginx: $1"; exit 2; }

module=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd -P)
lib=$module/target/keymgr/lib
[ -d "$lib" ] && [ -d "$module/target/test-classes" ] || fail "nothing is built; run mvn package first"
command -v "$nginx" >/dev/null || fail "no $nginx; install it or set NGINX_BIN"
command -v "$wrk" >/dev/null || fail "no $wrk; install it or set WRK_BIN"

work=$(mktemp -d)
nginx_pid=
java_pid=
clean() {
  [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null || :
  [ -z "$java_pid" ] || kill "$java_pid" 2>/dev/null || :
  wait 2>/dev/null || :
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }
document() {
  printf '{"keys":['
  comma=
  for _ in 1 2 3 4; do
    printf '%s{"kty":"EC","use":"sig","key_ops":["verify"],"alg":"ES256","kid":"%s","crv":"P-256","x":"%s","y":"%s"}' \
      "$comma" "$(random)" "$(random)" "$(random)"
    comma=,
  done
  printf ']}'
}

# nginx's workers are another user when it is started by root.
chmod 755 "$work"
mkdir -p "$work/www/bench" "$work/tmp"
if [ -n "${JWKS:-}" ]; then cp "$JWKS" "$work/www/bench/jwks.json"; else document >"$work/www/bench/jwks.json"; fi

cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
worker_processes auto;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=16;
  server_tokens off;
  client_body_temp_path $work/tmp/1;
  proxy_temp_path $work/tmp/2;
  fastcgi_temp_path $work/tmp/3;
  uwsgi_temp_path $work/tmp/4;
  scgi_temp_path $work/tmp/5;
  default_type application/jwk-set+json;
  server {
    listen 127.0.0.1:$nginx_port;
    root $work/www;
    add_header Cache-Control "public, max-age=300";
    add_header Access-Control-Allow-Origin "*";
    add_header X-Content-Type-Options "nosniff";
  }
}
CONF
"$nginx" -e "$work/error.log" -p "$work" -c "$work/nginx.conf" &
nginx_pid=$!

java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
"$java" -XX:+UseSerialGC -Xmx64m -cp "$lib/*:$module/target/test-classes" \
  dev.keymgr.daemon.http.ServeFile "$work/www/bench/jwks.json" "$keymgr_port" 2>"$work/keymgr.log" &
java_pid=$!

# wrk itself waits for nobody.
await() {
  for _ in $(seq 100); do
    ! "$wrk" -t1 -c1 -d1s "http://127.0.0.1:$1/bench/jwks.json" 2>/dev/null | grep -q '^Requests/sec: *[1-9]' || return 0
  done
  cat "$work/keymgr.log" "$work/error.log" >&2
  fail "nothing answers at port $1"
}
await "$nginx_port"
await "$keymgr_port"

# Processor time of a process and its children so far, in ticks of 10 ms.
spent() {
  total=0
  for pid in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    total=$((total + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
  done
  echo "$total"
}

# Port, process. Prints: requests a second, 99th percentile of the latency, processor time of a request in microseconds,
# answers other than 200 or errors.
load() {
  before=$(spent "$2")
  "$wrk" -t2 -c"$connections" -d"${seconds}s" --latency "http://127.0.0.1:$1/bench/jwks.json" >"$work/wrk"
  awk -v ticks=$(($(spent "$2") - before)) '
    /^ *99%/ { p99 = $2 }
    / requests in / { requests = $1 }
    /^Requests\/sec/ { rate = $2 }
    /Non-2xx|Socket errors/ { bad = $0 }
    END { printf "%s %s %.1f %s\n", rate, p99, ticks * 10000 / requests, bad }' "$work/wrk"
}

say "warming up: $seconds s each"
load "$nginx_port" "$nginx_pid" >/dev/null
load "$keymgr_port" "$java_pid" >/dev/null

printf '%s bytes, %s connections, %s s a round, %s processors\n' \
  "$(wc -c <"$work/www/bench/jwks.json")" "$connections" "$seconds" "$(nproc)"
printf '%-6s %12s %10s %7s %14s %10s %7s %7s\n' round nginx/s p99 'us CPU' keymgr/s p99 'us CPU' ratio
round=1
while [ "$round" -le "$rounds" ]; do
  n=$(load "$nginx_port" "$nginx_pid")
  k=$(load "$keymgr_port" "$java_pid")
  echo "$n|$k" | awk -F'|' -v round="$round" '{
    split($1, n, " "); split($2, k, " ")
    printf "%-6s %12s %10s %7s %14s %10s %7s %7.2f\n", round, n[1], n[2], n[3], k[1], k[2], k[3], k[1] / n[1] }'
  case $n$k in *Non-2xx*|*Socket*) cat "$work/error.log" "$work/keymgr.log" >&2; fail "errors: $n $k" ;; esac
  round=$((round + 1))
done

if command -v "$h2load" >/dev/null; then
  printf 'HTTP/2 in clear, keymgr: '
  "$h2load" -D "$seconds" -c 16 -m 16 -t 1 "http://127.0.0.1:$keymgr_port/bench/jwks.json" 2>/dev/null | grep '^finished'
fi
printf 'resident memory of the JVM (64 MB heap): '
awk '/^VmRSS/ { printf "%.0f MB\n", $2 / 1024 }' "/proc/$java_pid/status"
