"""What an OCPI object is: its version, whether it keeps to its schema, or why it is none of ours.

Sources: the OCPI specifications 2.1.1-d2, 2.2.1-d2 and 2.3.0-d2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import fastjsonschema

_PARTIAL = frozenset({"charging_periods", "total_cost", "kwh", "status"})
_TOKEN = frozenset({"uid", "type", "contract_id"})


def version_of(value: Mapping[str, Any]) -> str:
    """The earliest version that an object can be of, as far as its keys tell: 2.1.1 to 2.3.0."""
    if "country_code" not in value and "party_id" not in value:
        return "2.1.1"
    costs = (value.get(key) for key in ("total_cost", "min_price", "max_price"))
    if any(isinstance(cost, dict) and "before_taxes" in cost for cost in costs):
        return "2.3.0"
    newer = ("tax_included", "parking_places")
    return "2.3.0" if any(key in value for key in newer) else "2.2.1"


def schema_error(module: str, version: str, value: Mapping[str, Any]) -> str:
    """The first place where an object breaks its schema, and the rule it breaks; never a value.

    Args:
        module: `cdrs`, `sessions`, `locations` or `tariffs`.
        version: from `version_of`.
        value: the object, numbers as int or Decimal.

    Returns:
        Such as `charging_periods.0.dimensions: minItems`; empty for a good object.
    """
    try:
        _validator(module, version)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        path = [str(part) for part in error.path[1:]]
        if error.rule == "required" and isinstance(error.value, dict):
            path.append(next(key for key in error.rule_definition if key not in error.value))
        return f"{'.'.join(path) or 'object'}: {error.rule}"
    return ""


def checked(module: str) -> Callable[[Mapping[str, Any]], Mapping[str, str]]:
    """The columns `ocpi_version` and `schema_errors` of a module's objects."""

    def derived(value: Mapping[str, Any]) -> Mapping[str, str]:
        version = version_of(value)
        return {"ocpi_version": version, "schema_errors": schema_error(module, version, value)}

    return derived


def explained(value: Mapping[str, Any]) -> str | None:
    """What an object is that OCPI knows and that cannot be landed by itself."""
    if value.keys() >= _TOKEN:
        return (
            "an OCPI Token: what drivers authorise with is personal, and sessions do without; "
            "land CDRs, Sessions, Locations or Tariffs"
        )
    if "id" not in value and "last_updated" in value and value.keys() & _PARTIAL:
        return (
            "a partial update (PATCH) of an OCPI object, which says only what changed; land the "
            "whole Session or CDR instead"
        )
    return None


@cache
def _validator(module: str, version: str) -> Callable[[Mapping[str, Any]], object]:
    text = files("ecocharge.landing").joinpath(f"schemas/ocpi_{module}.json").read_text("utf-8")
    schema = json.loads(text)
    validator: Callable[[Mapping[str, Any]], object] = fastjsonschema.compile(
        {**schema, "$ref": f"#/definitions/{version}"}
    )
    return validator
