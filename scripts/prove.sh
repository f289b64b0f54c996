#!/usr/bin/env bash
# The heavy proofs: full sizes, many orders, older DuckDBs. Seeds and counts are printed.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
    printf '\n== %s\n' "$1"
    shift
    "$@"
}

python=${PYTHON:-python3}
test -x .venv-duckdb15/bin/python || "$python" -m venv .venv-duckdb15
install=(.venv-duckdb15/bin/pip install --quiet --disable-pip-version-check --no-deps)
"${install[@]}" --require-hashes -r requirements-dev.txt
"${install[@]}" --require-hashes -r requirements-duckdb15.txt
"${install[@]}" --no-build-isolation -e .

test -x .venv-duckdb14/bin/python || "$python" -m venv .venv-duckdb14
.venv-duckdb14/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r requirements-duckdb14.txt

step "full size" .venv/bin/python -m pytest -m prove -s "$@"
step "DuckDB 1.5: builds, determinism, real feeds" \
    .venv-duckdb15/bin/python -m pytest tests/python/test_determinism.py \
    tests/python/test_real_feeds.py tests/python/test_bad_input.py
