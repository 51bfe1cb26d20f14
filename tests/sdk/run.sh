#!/usr/bin/env bash
# The official Python SDK against a sandbox: run.sh BINARY
# Once with the defaults and once with --strict; the exit code is 0 when both pass.
set -euo pipefail

binary=$(realpath "${1:?usage: run.sh path/to/larkctl}")
here=$(cd "$(dirname "$0")" && pwd)
venv="$here/../../target/sdk-venv"
stamp="$venv/requirements.txt"

if ! cmp -s "$here/requirements.txt" "$stamp"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi

data=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$data"' EXIT

failed=0
for mode in default strict; do
    flags=()
    if [ "$mode" = strict ]; then flags+=(--strict); fi
    : >"$data/$mode.out"
    "$binary" sandbox serve --listen 127.0.0.1:0 --data "$data/$mode" --rate-limits off "${flags[@]}" \
        >"$data/$mode.out" 2>"$data/$mode.err" &
    server=$!
    base=
    for _ in $(seq 100); do
        base=$(sed -n 's/^listening on \(http:.*\)$/\1/p' "$data/$mode.out")
        if [ -n "$base" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
    done
    if [ -z "$base" ]; then
        echo "the sandbox did not start:" >&2
        cat "$data/$mode.err" >&2
        exit 2
    fi
    echo "== $mode: $base"
    # A proxy of the environment must not see the local calls.
    NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 PYTHONDONTWRITEBYTECODE=1 \
        "$venv/bin/python" "$here/main.py" "$base" || failed=1
    stop
done
exit "$failed"
