#!/usr/bin/env bash
# Serves a seeded tenant with the given larkctl and looks at its page: tests/page/run.sh target/debug/larkctl
# Needs node 20 or later and chromium (CHROMIUM names it if it is not /usr/bin/chromium).
set -euo pipefail

larkctl=${1:?usage: tests/page/run.sh PATH-OF-LARKCTL [FOLDER-FOR-PICTURES]}
pictures=${2:-target/screenshots}
here=$(cd "$(dirname "$0")" && pwd)
data=$(mktemp -d)
server=

stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Serves a tenant and looks at it: look seeded|empty [ARGUMENTS OF serve]
look() {
  local which=$1 address=
  shift
  # Port 0 lets the system choose; the line that the server prints says which it was.
  "$larkctl" sandbox serve --listen 127.0.0.1:0 --data "$data/$which" "$@" >"$data/stdout" 2>"$data/stderr" &
  server=$!
  for _ in $(seq 1 600); do
    address=$(sed -n 's/^listening on \(http:[^ ]*\).*/\1/p' "$data/stdout")
    if [[ -n $address ]] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  if [[ -z $address ]]; then
    echo "the sandbox did not start:" >&2
    cat "$data/stdout" "$data/stderr" >&2
    return 1
  fi
  TALLY="$data/tally" node "$here/check.mjs" "$which" "${address%/}" "$pictures" || failed=1
  kill "$server"
  wait "$server" || true
  server=
}

failed=0
look seeded --seed 500,60,3
look empty
# Somebody logs in to larkctl's own embedded sandbox, in the same browser.
TALLY="$data/tally" node "$here/login.mjs" "$(realpath "$larkctl")" "$data/login" "$pictures" || failed=1
awk '{ passed += $1; failed += $2 } END { print passed " page checks passed, " failed + 0 " failed" }' "$data/tally"
exit "$failed"
