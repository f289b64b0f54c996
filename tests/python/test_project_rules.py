"""Each project rule holds on a small sound project and fires on the one thing that breaks it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ecocharge.project_rules import HOUSE_RULES, PROJECT_RULES, Project
from ecocharge.project_rules.__main__ import command

Manifest = dict[str, Any]
Breaker = Callable[[Manifest], None]


def model(name: str, folder: str, reads: list[str], **changes: Any) -> Manifest:
    """A described, grouped, keyed model; `reads` are unique ids."""
    return {
        "resource_type": "model",
        "package_name": "demo",
        "name": name,
        "language": "sql",
        "original_file_path": f"models/{folder}/{name}.sql",
        "raw_code": "with a as (select * from {{ ref('b') }})\nselect * from a",
        "description": "What it is.",
        "columns": {"id": {"name": "id", "description": "Its key.", "constraints": []}},
        "config": {"materialized": "table", "group": "core"},
        "access": "protected",
        "contract": {"enforced": False},
        "depends_on": {"nodes": reads},
    } | changes


def key_test(model_id: str, folder: str, name: str, column: str | None = None) -> Manifest:
    """A generic test on a model, stated in the folder."""
    return {
        "resource_type": "test",
        "package_name": "demo",
        "name": f"{name}_{model_id}",
        "original_file_path": f"models/{folder}/_models.yml",
        "attached_node": model_id,
        "column_name": column,
        "test_metadata": {"name": name, "namespace": None},
        "depends_on": {"nodes": [model_id]},
    }


def source(name: str) -> Manifest:
    return {
        "resource_type": "source",
        "package_name": "demo",
        "source_name": "feed",
        "name": name,
        "database": "db",
        "schema": "feed",
        "identifier": name,
        "original_file_path": "models/staging/feed/_feed__sources.yml",
        "description": "A table.",
        "source_description": "A feed.",
        "freshness": {"warn_after": {"count": 7, "period": "day"}},
    }


STG, INT, FCT = "model.demo.stg_feed__a", "model.demo.int_a__b", "model.demo.fct_a"
FOLDERS = {STG: "staging/feed", INT: "intermediate/a", FCT: "marts/a"}


def sound() -> Manifest:
    """source.feed.a -> stg_feed__a -> int_a__b -> fct_a -> exposure."""
    public = {"access": "public", "contract": {"enforced": True}}
    nodes = {
        STG: model("stg_feed__a", FOLDERS[STG], ["source.demo.feed.a"]),
        INT: model("int_a__b", FOLDERS[INT], [STG]),
        FCT: model("fct_a", FOLDERS[FCT], [INT], **public),
        "seed.demo.s": {
            "resource_type": "seed",
            "package_name": "demo",
            "name": "s",
            "description": "A list.",
            "columns": {"id": {"name": "id", "description": "Its key."}},
            "depends_on": {"nodes": []},
        },
    }
    for number, (model_id, folder) in enumerate(FOLDERS.items()):
        nodes[f"test.demo.{number}"] = key_test(model_id, folder, "unique_combination")
    return {
        "metadata": {"project_name": "demo"},
        "nodes": nodes,
        "sources": {"source.demo.feed.a": source("a")},
        "exposures": {
            "exposure.demo.page": {
                "package_name": "demo",
                "description": "A page.",
                "depends_on": {"nodes": [FCT]},
            }
        },
        "macros": {
            "macro.demo.half": {
                "package_name": "demo",
                "name": "half",
                "description": "Half of it. Example: 4 gives 2.",
                "arguments": [{"name": "number", "description": "A number."}],
                "macro_sql": "{% macro half(number=1) -%} {{ number }} / 2 {%- endmacro %}",
            }
        },
        "unit_tests": {},
    }


def add(manifest: Manifest, name: str, folder: str, reads: list[str], **changes: Any) -> str:
    """A further model with its key test; returns its id."""
    model_id = f"model.demo.{name}"
    manifest["nodes"][model_id] = model(name, folder, reads, **changes)
    manifest["nodes"][f"test.demo.{name}"] = key_test(model_id, folder, "unique_combination")
    return model_id


def direct_join_to_source(manifest: Manifest) -> None:
    manifest["nodes"][INT]["depends_on"]["nodes"].append("source.demo.feed.a")


def duplicate_sources(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.b"] = source("b") | {"identifier": "A"}


def hard_coded_references(manifest: Manifest) -> None:
    manifest["nodes"][INT]["raw_code"] = "select 1 -- from a.b\nfrom db.core.thing"


def marts_or_intermediate_dependent_on_source(manifest: Manifest) -> None:
    manifest["nodes"][INT]["depends_on"]["nodes"] = ["source.demo.feed.a"]


def model_fanout(manifest: Manifest) -> None:
    for number in range(3):
        add(manifest, f"fct_leaf_{number}", "marts/a", [INT])


def multiple_sources_joined(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.b"] = source("b")
    manifest["nodes"][STG]["depends_on"]["nodes"].append("source.demo.feed.b")


def rejoining_of_upstream_concepts(manifest: Manifest) -> None:
    manifest["nodes"][FCT]["depends_on"]["nodes"].append(STG)


def root_models(manifest: Manifest) -> None:
    manifest["nodes"][INT]["depends_on"]["nodes"] = []


def source_fanout(manifest: Manifest) -> None:
    add(manifest, "stg_feed__again", "staging/feed", ["source.demo.feed.a"])


def staging_dependent_on_marts_or_intermediate(manifest: Manifest) -> None:
    add(manifest, "stg_feed__late", "staging/feed", [FCT])


def staging_dependent_on_staging(manifest: Manifest) -> None:
    add(manifest, "stg_feed__next", "staging/feed", [STG])


def too_many_joins(manifest: Manifest) -> None:
    manifest["nodes"][FCT]["depends_on"]["nodes"] += [f"seed.demo.s{n}" for n in range(6)]


def unused_sources(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.b"] = source("b")


def missing_primary_key_tests(manifest: Manifest) -> None:
    manifest["nodes"]["test.demo.1"] = key_test(INT, FOLDERS[INT], "unique", "id")


def sources_without_freshness(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.a"]["freshness"] = {"warn_after": {"count": None}}


def breaks_test_coverage(manifest: Manifest) -> None:
    del manifest["nodes"]["test.demo.1"]


def documentation_coverage(manifest: Manifest) -> None:
    manifest["nodes"][INT]["description"] = " "


def undocumented_source_tables(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.a"]["description"] = ""


def undocumented_sources(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.a"]["source_description"] = ""


def model_naming_conventions(manifest: Manifest) -> None:
    add(manifest, "a_report", "marts/a", [INT])


def model_directories(manifest: Manifest) -> None:
    manifest["nodes"][STG]["original_file_path"] = "models/staging/other/stg_feed__a.sql"


def source_directories(manifest: Manifest) -> None:
    manifest["sources"]["source.demo.feed.a"]["original_file_path"] = "models/staging/_s.yml"


def breaks_test_directories(manifest: Manifest) -> None:
    manifest["nodes"]["test.demo.1"]["original_file_path"] = "models/_all.yml"


def chained_views_dependencies(manifest: Manifest) -> None:
    parent = INT
    for number in range(6):
        parent = add(
            manifest,
            f"int_a__view_{number}",
            "intermediate/a",
            [parent],
            config={"materialized": "view", "group": "core"},
        )
    add(manifest, "int_a__end", "intermediate/a", [parent])


def exposure_parents_materializations(manifest: Manifest) -> None:
    manifest["nodes"][FCT]["config"]["materialized"] = "view"


def public_models_without_contract(manifest: Manifest) -> None:
    manifest["nodes"][FCT]["contract"]["enforced"] = False


def undocumented_public_models(manifest: Manifest) -> None:
    manifest["nodes"][FCT]["columns"]["id"]["description"] = ""


def exposures_dependent_on_private_models(manifest: Manifest) -> None:
    manifest["exposures"]["exposure.demo.page"]["depends_on"]["nodes"].append(INT)


def undocumented_columns(manifest: Manifest) -> None:
    manifest["nodes"]["seed.demo.s"]["columns"]["id"]["description"] = ""


def models_without_columns(manifest: Manifest) -> None:
    manifest["nodes"][INT]["columns"] = {}


def undocumented_seeds(manifest: Manifest) -> None:
    manifest["nodes"]["seed.demo.s"]["description"] = ""


def undocumented_macros(manifest: Manifest) -> None:
    manifest["macros"]["macro.demo.half"]["description"] = ""


def undocumented_macro_arguments(manifest: Manifest) -> None:
    manifest["macros"]["macro.demo.half"]["arguments"] = []


def macros_without_an_example(manifest: Manifest) -> None:
    manifest["macros"]["macro.demo.half"]["description"] = "Half of it."


def undocumented_exposures(manifest: Manifest) -> None:
    manifest["exposures"]["exposure.demo.page"]["description"] = ""


def models_without_group(manifest: Manifest) -> None:
    manifest["nodes"][INT]["config"]["group"] = None


def reports_without_exposure(manifest: Manifest) -> None:
    add(manifest, "rpt_unseen", "marts/a", [FCT])


BREAKERS: dict[str, Breaker] = {
    breaker.__name__: breaker
    for breaker in (
        direct_join_to_source,
        duplicate_sources,
        hard_coded_references,
        marts_or_intermediate_dependent_on_source,
        model_fanout,
        multiple_sources_joined,
        rejoining_of_upstream_concepts,
        root_models,
        source_fanout,
        staging_dependent_on_marts_or_intermediate,
        staging_dependent_on_staging,
        too_many_joins,
        unused_sources,
        missing_primary_key_tests,
        sources_without_freshness,
        documentation_coverage,
        undocumented_source_tables,
        undocumented_sources,
        model_naming_conventions,
        model_directories,
        source_directories,
        chained_views_dependencies,
        exposure_parents_materializations,
        public_models_without_contract,
        undocumented_public_models,
        exposures_dependent_on_private_models,
        undocumented_columns,
        models_without_columns,
        undocumented_seeds,
        undocumented_macros,
        undocumented_macro_arguments,
        macros_without_an_example,
        undocumented_exposures,
        models_without_group,
        reports_without_exposure,
    )
} | {
    "undocumented_models": documentation_coverage,
    "test_coverage": breaks_test_coverage,
    "test_directories": breaks_test_directories,
}
ALL_RULES = {rule.name: rule for rule in PROJECT_RULES + HOUSE_RULES}


def test_there_are_29_rules_in_order() -> None:
    assert [rule.number for rule in PROJECT_RULES] == [str(number) for number in range(1, 30)]
    assert PROJECT_RULES[4].name == "model_fanout"
    assert PROJECT_RULES[13].name == "missing_primary_key_tests"
    assert PROJECT_RULES[28].name == "exposures_dependent_on_private_models"


@pytest.mark.parametrize("name", ALL_RULES)
def test_a_rule_holds_on_a_sound_project(name: str) -> None:
    assert ALL_RULES[name].check(Project(sound())) == []


@pytest.mark.parametrize("name", ALL_RULES)
def test_a_rule_fires_on_what_breaks_it(name: str) -> None:
    manifest = sound()
    BREAKERS[name](manifest)
    assert ALL_RULES[name].check(Project(manifest)) != []


@pytest.mark.parametrize(
    "code",
    [
        "select * from core.fct_a",
        "select * from a join db.core.fct_a on true",
        'select * from "fct_a"',
        "select * from {{ var('table') }}",
        "select extract('year' from a.b)",
    ],
)
def test_a_hard_coded_reference_is_seen(code: str) -> None:
    manifest = sound()
    manifest["nodes"][INT]["raw_code"] = code
    assert ALL_RULES["hard_coded_references"].check(Project(manifest))


@pytest.mark.parametrize(
    "code",
    [
        "select * from {{ ref('a') }} as a join b on a.c = b.c",
        "-- from core.fct_a\nselect 1",
        "{# from core.fct_a #} select 1",
        "select is_from.a from a",
    ],
)
def test_a_reference_through_the_graph_is_fine(code: str) -> None:
    manifest = sound()
    manifest["nodes"][INT]["raw_code"] = code
    assert ALL_RULES["hard_coded_references"].check(Project(manifest)) == []


def test_a_unique_column_with_a_not_null_constraint_is_a_key() -> None:
    manifest = sound()
    missing_primary_key_tests(manifest)
    manifest["nodes"][INT]["columns"]["id"]["constraints"] = [{"type": "not_null"}]
    assert ALL_RULES["missing_primary_key_tests"].check(Project(manifest)) == []


def test_a_child_with_an_exposure_is_no_leaf() -> None:
    manifest = sound()
    model_fanout(manifest)
    nodes = manifest["exposures"]["exposure.demo.page"]["depends_on"]["nodes"]
    nodes.append("model.demo.fct_leaf_0")
    assert ALL_RULES["model_fanout"].check(Project(manifest)) == []


def test_models_of_packages_are_not_judged() -> None:
    manifest = sound()
    foreign = copy.deepcopy(manifest["nodes"][INT])
    foreign |= {"package_name": "other", "name": "anything", "description": ""}
    manifest["nodes"]["model.other.anything"] = foreign
    assert all(rule.check(Project(manifest)) == [] for rule in ALL_RULES.values())


def test_the_command_prints_rule_by_rule(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(sound()))
    good = CliRunner().invoke(command, [str(path)])
    assert good.exit_code == 0
    assert "0 of 29 project rules broken" in good.output

    manifest = sound()
    root_models(manifest)
    path.write_text(json.dumps(manifest))
    bad = CliRunner().invoke(command, [str(path)])
    assert bad.exit_code == 1
    assert "- int_a__b" in bad.output


@pytest.mark.parametrize("content", [None, "no json", "[]", '{"metadata": {}}'])
def test_a_wrong_manifest_is_a_message_and_no_trace(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 1
    assert "dbt parse" in result.output
    assert "Traceback" not in result.output
