#!/usr/bin/env bash
# What CI runs, step by step; every step must pass. Builds in folders of its own under target/test,
# so a warehouse in use is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=$PWD/.venv/bin
scratch=$PWD/target/test
export DBT_SEND_ANONYMOUS_USAGE_STATS=false

step() {
    printf '\n== %s\n' "$1"
    shift
    "$@"
}

in_scratch() {
    env ECOCHARGE_WAREHOUSE="$scratch/warehouse.duckdb" \
        ECOCHARGE_STATE="$scratch/state.duckdb" \
        ECOCHARGE_LANDING="$scratch/landing" \
        DBT_TARGET_PATH="$scratch/target" \
        DBT_LOG_PATH="$scratch/logs" \
        "$@"
}

rm -rf "$scratch"
mkdir -p "$scratch"

step "python: lint" "$bin/ruff" check scripts tests
step "python: format" "$bin/ruff" format --check scripts tests
step "python: types" "$bin/mypy"
step "dbt: build from the seeds, no warnings, no deprecations" \
    in_scratch "$bin/dbt" --warn-error --quiet build --show-all-deprecations
step "dbt: documentation" in_scratch "$bin/dbt" --warn-error --quiet docs generate --static
step "sql: lint" in_scratch \
    "$bin/sqlfluff" lint --disable-progress-bar --processes 2 models tests/singular
step "dbt: the 29 project rules" \
    "$bin/python" -m ecocharge.project_rules "$scratch/target/manifest.json"
# It looks for dbt's artifacts beside its settings.
cp dbt-bouncer.yml "$scratch/"
step "dbt: conventions" \
    .venv-bouncer/bin/dbt-bouncer run --config-file "$scratch/dbt-bouncer.yml"
# A file's tests share its builds, so a file stays with one worker.
step "tests" env ECOCHARGE_DEMO_BUILD="$scratch" \
    "$bin/python" -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder "$@"
