# Everything a newcomer needs; each target is a plain command that can be run by hand.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help setup setup-dev setup-spark demo data build publish dashboard docs serve-docs lineage report \
	test prove lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
		| awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/.runtime: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON to it" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-dev.txt
	@touch $@

.venv-bouncer/.done: requirements-bouncer.txt
	test -x .venv-bouncer/bin/python || $(PYTHON) -m venv .venv-bouncer
	.venv-bouncer/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-bouncer.txt
	@touch $@

# No environment: a folder for the one file that the tests read.
.venv-schemas/.done: requirements-schemas.txt .venv/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--upgrade --target .venv-schemas -r requirements-schemas.txt
	@touch $@

.venv-bigquery/.done: requirements-bigquery.txt
	test -x .venv-bigquery/bin/python || $(PYTHON) -m venv .venv-bigquery
	.venv-bigquery/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-bigquery.txt
	@touch $@

.venv-spark/.done: requirements-spark.txt pyproject.toml
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-spark.txt
	.venv-spark/bin/pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@touch $@

setup: .venv/.runtime ## install what the project runs on, by hash

setup-dev: .venv/.dev .venv-bouncer/.done .venv-schemas/.done .venv-bigquery/.done ## install the test tools too

setup-spark: .venv-spark/.done ## install Spark beside it (Java 17 or newer is needed to run it)

demo: setup data build publish dashboard docs ## generate, build, publish, draw: the whole house
	@echo
	@echo "Done. Where to look:"
	@echo "  published/ecocharge.duckdb   the marts, for DuckDB, Metabase, ..."
	@echo "  published/parquet/           the marts, for Power BI, Tableau, Looker, pandas"
	@echo "  site/index.html              the first dashboard page"
	@echo "  target/static_index.html     documentation and lineage (or: make serve-docs)"
	@echo "  $(BIN)/ecocharge report      where every row and kWh went"
	@echo "  $(BIN)/ecocharge forecast report   how good the forecast was, and a picture of it"

data: setup ## generate the demo network (the committed seeds, byte for byte)
	$(BIN)/ecocharge generate --preset xs

build: setup ## dbt build: seeds, models, forecast, tests
	$(BIN)/ecocharge build

publish: setup ## publish the marts of the last green build
	$(BIN)/ecocharge publish

docs: setup ## write the documentation as one static page
	$(BIN)/dbt docs generate --static --quiet

serve-docs: docs ## browse documentation and lineage
	$(BIN)/dbt docs serve

lineage: setup-dev docs ## trace every column to its file, and draw how the marts hang together
	$(BIN)/ecocharge lineage

dashboard: setup ## draw the dashboard page from the published marts
	$(BIN)/ecocharge dashboard

report: setup ## print where every row and kWh went
	$(BIN)/ecocharge report
	$(BIN)/ecocharge forecast report

test: setup-dev ## what CI runs: lint, types, build, project rules, tests
	bash scripts/test.sh

prove: setup-dev ## the heavy proofs, at full size
	bash scripts/prove.sh

lock: ## renew the hash locks (needs uv)
	bash scripts/lock.sh

clean: ## remove what can be rebuilt; state, landing and published stay
	rm -rf target logs site warehouse/*.duckdb warehouse/*.wal
