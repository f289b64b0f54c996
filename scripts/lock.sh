#!/usr/bin/env bash
# Renews the locks: hashes of every file, no index address, one resolution for all environments.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-annotate --no-strip-extras --quiet --custom-compile-command "make lock" "$@"
}
constraints=$(mktemp)
trap 'rm -f "$constraints"' EXIT
compile pyproject.toml --extra buckets --extra dev --extra fast --extra lineage \
    --extra metrics --extra postgres --extra tableau -o requirements-dev.txt
sed -E '/^ +--hash/d; s/ \\$//; /^ *#/d; s/\[[a-z0-9]+\]//' requirements-dev.txt > "$constraints"
compile pyproject.toml -c "$constraints" -o requirements.txt
compile requirements-bouncer.in -o requirements-bouncer.txt
compile requirements-duckdb15.in -o requirements-duckdb15.txt
compile requirements-duckdb14.in -o requirements-duckdb14.txt
compile requirements-schemas.in --no-deps -o requirements-schemas.txt
compile pyproject.toml requirements-spark.in -c "$constraints" -o requirements-spark.txt
compile requirements-bigquery.in -o requirements-bigquery.txt
