#!/usr/bin/env bash
# The promise of the README, kept on an empty folder: examples/acme is applied to the embedded sandbox, again there is
# nothing to do, an edit is a change and nothing but that, and a change by hand is drift.
#
#   tests/acme/run.sh [LARKCTL]        default: target/debug/larkctl, built if it is missing
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
larkctl=${1:-$root/target/debug/larkctl}
if [ ! -x "$larkctl" ]; then
  [ $# -eq 0 ] || { echo "no such program: $larkctl" >&2; exit 1; }
  (cd "$root" && cargo build --locked)
fi
larkctl=$(cd "$(dirname "$larkctl")" && pwd)/$(basename "$larkctl")
command -v curl >/dev/null || { echo "curl is needed to play the administrator who changes something by hand" >&2; exit 1; }

empty=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$empty"
}
trap cleanup EXIT
cp -r "$root/examples/acme" "$empty/acme"
cd "$empty"
unset LARK_APP_ID LARK_APP_SECRET LARK_BASE_URL LARK_BRAND

fail() {
  echo "acme: $1" >&2
  [ -f out ] && { echo "--- stdout" >&2; cat out >&2; }
  [ -f err ] && { echo "--- stderr" >&2; cat err >&2; }
  exit 1
}

# expect CODE ARGUMENTS…: runs larkctl into ./out and ./err, and wants this exit code.
expect() {
  local want=$1 got=0
  shift
  echo "larkctl $*"
  timeout 120 "$larkctl" "$@" >out 2>err </dev/null || got=$?
  [ "$got" -eq "$want" ] || fail "larkctl $*: exit $got, not $want"
}
says() { grep -qF -- "$1" out || fail "stdout does not say: $1"; }
is_exactly() { [ "$(cat out)" = "$1" ] || fail "stdout is not exactly: $1"; }

expect 0 validate -f acme
says 'ok: '
expect 0 apply -f acme --sandbox --auto-approve
says ' to add, 0 to change, 0 to destroy.'
says ' added, 0 changed, 0 destroyed.'
expect 0 apply -f acme --sandbox --auto-approve
is_exactly 'No changes.'
expect 0 plan -f acme --sandbox --detailed-exitcode
is_exactly 'No changes.'
expect 0 drift -f acme --sandbox
is_exactly 'No drift.'

# An edit in the YAML.
grep -q 'name: 数据组,' acme/departments.yaml || fail 'examples/acme has no 数据组 any more: mend this script'
sed -i.bak 's/name: 数据组,/name: 数据平台组,/' acme/departments.yaml
rm acme/departments.yaml.bak
expect 2 plan -f acme --sandbox --detailed-exitcode
says '数据组 → 数据平台组'
says 'Plan: 0 to add, 1 to change, 0 to destroy.'
expect 6 drift -f acme --sandbox
expect 0 plan -f acme --sandbox --out saved.plan
expect 0 show saved.plan
says 'Plan: 0 to add, 1 to change, 0 to destroy.'
expect 0 apply saved.plan --sandbox --auto-approve
says '1 changed'
expect 1 apply saved.plan --sandbox --auto-approve
grep -q 'the plan is stale' err || fail 'a plan that was applied is not called stale'
expect 0 drift -f acme --sandbox

# A change by hand, in the running tenant.
timeout 60 "$larkctl" sandbox serve --listen 127.0.0.1:0 >serve 2>serve.err &
server=$!
for _ in $(seq 100); do grep -q '^listening on ' serve && break; kill -0 "$server" || fail "sandbox serve ended: $(cat serve.err)"; sleep 0.1; done
address=$(sed -n 's/^listening on //p' serve)
[ -n "$address" ] || fail "sandbox serve did not become ready: $(cat serve.err)"
curl -sS --fail --noproxy '*' -X POST "$address/_sandbox/act" -H 'Content-Type: application/json' \
  -d '{"action":"rename_department","department":"data","name":"大数据组"}' | grep -q '"ok":true' || fail 'the act was refused'
kill "$server"
wait "$server" 2>/dev/null || true
server=
expect 2 drift -f acme --sandbox
says '数据平台组 → 大数据组'
expect 0 apply -f acme --sandbox --auto-approve --target department.data
expect 0 drift -f acme --sandbox

# What is protected stays; a typo is no change.
printf 'version: 1\n' >nothing.yaml
expect 3 apply -f nothing.yaml --sandbox --auto-approve
says 'prevent_destroy'
expect 0 drift -f acme --sandbox
expect 64 plan --sandbox
echo "acme: everything as the README says"
