"""ACN-Data, the sessions that adaptive charging networks publish as JSON pages.

Fields: the data set's own documentation, ev.caltech.edu/dataset.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ecocharge.landing.formats import Adapter, Column
from ecocharge.landing.json_table import JsonEntity
from ecocharge.landing.personal import Salt

_KEPT_INPUTS = (
    "kWhRequested",
    "milesRequested",
    "WhPerMile",
    "minutesAvailable",
    "requestedDeparture",
    "modifiedAt",
    "paymentRequired",
)


def last_input(text: str, _: Salt) -> str | None:
    """The last revision of what a driver asked for, without who asked.

    Args:
        text: the `userInputs` of a session, as JSON text.

    Returns:
        One object as compact JSON text, None where there is no usable revision.
    """
    try:
        revisions = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return None
    usable = [one for one in _list(revisions) if isinstance(one, dict)]
    if not usable:
        return None
    last = sorted(usable, key=_modified)[-1]
    kept = {key: last[key] for key in _KEPT_INPUTS if _is_plain(last.get(key))}
    return json.dumps(kept, separators=(",", ":"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | bool)


def _modified(revision: dict[str, Any]) -> datetime:
    try:
        found = parsedate_to_datetime(str(revision.get("modifiedAt")))
    except (TypeError, ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


ADAPTER = Adapter(
    "acn",
    (
        JsonEntity(
            "sessions",
            (
                Column("record_id", aliases=("_id",)),
                Column("session_id", aliases=("sessionID",)),
                Column("cluster_id", aliases=("clusterID",)),
                Column("site_id", aliases=("siteID",)),
                Column("space_id", aliases=("spaceID",)),
                Column("station_id", aliases=("stationID",)),
                Column("connected_at", aliases=("connectionTime",), required=True),
                Column("disconnected_at", aliases=("disconnectTime",)),
                Column("done_charging_at", aliases=("doneChargingTime",)),
                Column("kwh_delivered", aliases=("kWhDelivered",), required=True),
                Column("time_zone", aliases=("timezone",)),
                Column("driver_key", aliases=("userID",), personal=True),
                Column("user_inputs", aliases=("userInputs",), masked=last_input),
            ),
            envelopes=("_items",),
        ),
    ),
)
