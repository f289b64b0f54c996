"""Every SQL model compiles for BigQuery without an account and is read by a parser of its dialect.

Nothing is executed: docs/bigquery.md says what that leaves open.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import sqlglot
from project import ROOT

_DBT = ROOT / ".venv-bigquery" / "bin" / "dbt"
_MODELS = ROOT / "models"

# The parser takes any name for a function, and other engines' for its own: these are BigQuery's.
_FUNCTIONS = {
    *("abs", "array_agg", "array_to_string", "cast", "chr", "coalesce", "count", "date"),
    *("date_diff", "datetime", "datetime_add", "dense_rank", "div", "extract"),
    *("farm_fingerprint", "first_value", "floor", "format_timestamp", "generate_array"),
    *("generate_date_array", "generate_timestamp_array", "greatest", "json_query"),
    *("json_query_array", "json_value"),
    *("lag", "last_value", "lead", "least", "left", "logical_and", "logical_or", "lower", "max"),
    *("md5", "min", "mod", "nullif", "regexp_contains", "regexp_extract", "regexp_replace"),
    *("replace", "round", "row_number", "rtrim", "safe.format_timestamp"),
    *("safe.parse_timestamp", "safe_cast", "split", "sqrt", "string_agg", "strpos", "struct"),
    *("substr", "sum", "timestamp", "timestamp_add", "timestamp_seconds", "timestamp_trunc"),
    *("to_hex", "to_json_string", "translate", "trim", "unix_seconds", "unnest", "upper"),
    # Made in the dataset by `create_functions`.
    *("`ecocharge.ecocharge.median_of`", "`ecocharge.ecocharge.quantile_disc`"),
}
_BEFORE_BRACKETS = {
    *("and", "as", "decimal", "exists", "in", "interval", "not", "numeric", "or", "over"),
    *("safe_ordinal", "then", "when", "where"),
}
_FOREIGN_FORMS = {
    "double": r"\bas double\b",
    "varchar": r"\bvarchar\b",
    "//": r"//",
    "::": r"::",
    "union alone": r"\bunion\b(?!\s+(all|distinct))",
    "a unit as text": r"\b(date_diff|date_trunc|timestamp_trunc)\(\s*''",
    "an interval as text": r"\binterval ''",
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of compiled models."""
    if not _DBT.exists():
        pytest.skip("no dbt-bigquery: `make setup-dev` installs it into .venv-bigquery")
    folder = tmp_path_factory.mktemp("bigquery")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [
        *(str(_DBT), "--no-use-colors", "compile", "--target", "bigquery"),
        *("--no-introspect", "--no-populate-cache", "--indirect-selection", "empty"),
        *("--select", "resource_type:model", "--exclude", "path:models/*/*/*.py"),
        *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return folder / "target" / "compiled" / "ecocharge" / "models"


def test_every_sql_model_is_compiled(compiled: Path) -> None:
    written = {path.relative_to(_MODELS) for path in _MODELS.rglob("*.sql")}
    found = {path.relative_to(compiled) for path in compiled.rglob("*.sql")}
    assert written <= found, sorted(map(str, written - found))


def test_every_compiled_model_is_bigquery(compiled: Path) -> None:
    findings = []
    for path in sorted(compiled.rglob("*.sql")):
        query = path.read_text("utf-8")
        sqlglot.parse_one(query, dialect="bigquery")
        findings += [f"{path.stem}: {finding}" for finding in foreign_words(query)]
    assert not findings


def foreign_words(query: str) -> list[str]:
    """Functions and forms of a query that BigQuery does not have."""
    without_comments = re.sub(r"--[^\n]*", "", query)
    bare = re.sub(r"'(?:[^'\\]|\\.)*'", "''", without_comments)
    called = set(re.findall(r"(`[^`]+`|[a-z_][a-z_0-9.]*)\s*\(", bare))
    forms = [name for name, form in _FOREIGN_FORMS.items() if re.search(form, bare)]
    return sorted(called - _FUNCTIONS - _BEFORE_BRACKETS) + forms


@pytest.mark.parametrize(
    "query",
    [
        "select regexp_full_match(a, 'b') from t",
        "select list_sum(a) from t",
        "select date_diff('second', a, b) from t",
        "select cast(a as double) from t",
        "select a // 2 from t",
        "select a from t union select a from u",
        "select a + interval '1 day' from t",
    ],
)
def test_what_bigquery_lacks_is_found(query: str) -> None:
    assert foreign_words(query)


def test_what_bigquery_has_is_let_through() -> None:
    assert not foreign_words("select date_diff(a, b, day), 'x::y' from t union all select 1, '//'")
