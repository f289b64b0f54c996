"""Each generic test passes where it should and fails where it should; macros do what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
_PARTS = _HERE / "fixtures" / "parts"
_GENERIC = _HERE.parent / "generic"
_MACRO_TESTS = sorted(path.stem for path in (_PARTS / "tests").glob("macro_*.sql"))
_DEFINITION = re.compile(r"{%-?\s*test\s+(\w+)")


def generic_tests() -> list[str]:
    """Names of the project's generic tests, from their own files."""
    return sorted(
        name for path in _GENERIC.glob("*.sql") for name in _DEFINITION.findall(path.read_text())
    )


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Test name to `pass`, `fail` or `error`, of one build of the fixture project."""
    scratch = tmp_path_factory.mktemp("parts")
    environment = os.environ | {
        "ECOCHARGE_WAREHOUSE": str(scratch / "parts.duckdb"),
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
        "DBT_PROFILES_DIR": str(_PARTS),
        "DBT_PROJECT_DIR": str(_PARTS),
    }
    dbt = Path(sys.executable).with_name("dbt")
    run = subprocess.run(
        [dbt, "--no-use-colors", "--warn-error", "build"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    results = scratch / "target" / "run_results.json"
    assert results.exists(), run.stdout + run.stderr
    return {
        result["unique_id"].split(".")[2]: result["status"]
        for result in json.loads(results.read_text())["results"]
    }


@pytest.mark.parametrize("name", generic_tests())
def test_a_generic_test_passes_on_good_and_fails_on_bad(
    name: str, outcomes: dict[str, str]
) -> None:
    good = {key: status for key, status in outcomes.items() if key.startswith(f"{name}__good")}
    bad = {key: status for key, status in outcomes.items() if key.startswith(f"{name}__bad")}

    assert good, f"{name} has no fixture that must pass"
    assert bad, f"{name} has no fixture that must fail"
    assert set(good.values()) == {"pass"}, good
    assert set(bad.values()) == {"fail"}, bad


def test_the_project_has_generic_tests() -> None:
    assert {"equal_total", "expression_is_true", "unique_combination"} <= set(generic_tests())


@pytest.mark.parametrize("name", _MACRO_TESTS)
def test_macros_do_what_they_say(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] == "pass"
