"""OCPP frames as they are landed: only the fields that sessions and availability need, masked.

Frames are those of OCPP-J (1.6 edition 2, 2.0.1 part 4): `[2, id, action, payload]` for a call,
`[3, id, payload]` for its result, `[4, id, code, description, details]` for its error. Fields are
kept by name and everything else is left out, so that serial numbers, SIM cards, certificates and
vendors' free text never land; authorisation tokens become keyed hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from ecocharge.landing.personal import Salt

CALL, RESULT, ERROR = 2, 3, 4
_CALL_LENGTH, _RESULT_LENGTH, _ERROR_LENGTH = 4, 3, 3
_MAX_DEPTH = 12
_MAX_CHARACTERS = 80
_FAR = 10**18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TOKENS = frozenset({"idTag", "parentIdTag", "idToken"})
_KEPT = frozenset(
    {
        "availabilityStatus",
        "chargingState",
        "connectorId",
        "connectorStatus",
        "context",
        "currentTime",
        "errorCode",
        "eventType",
        "evse",
        "evseId",
        "format",
        "id",
        "idTagInfo",
        "idTokenInfo",
        "interval",
        "location",
        "measurand",
        "meterStart",
        "meterStop",
        "meterValue",
        "multiplier",
        "offline",
        "operationalStatus",
        "phase",
        "reason",
        "remoteStartId",
        "reservationId",
        "sampledValue",
        "seqNo",
        "status",
        "stoppedReason",
        "timestamp",
        "transactionData",
        "transactionId",
        "transactionInfo",
        "triggerReason",
        "type",
        "unit",
        "unitOfMeasure",
        "value",
        "vendorErrorCode",
    }
)
# A configuration's own fields, not those of a reading or a connector.
_NOT_AT_THE_TOP = frozenset({"id", "type", "value"})


class _UnreadableError(ValueError):
    """What was given is no frame, or no payload."""


def mask_frame(text: str, salt: Salt) -> str | None:
    """A frame as compact JSON text without anything personal.

    Args:
        text: the frame as logged, a JSON array; text that holds such an array as JSON text is
            unwrapped.
        salt: the key of its hashes.

    Returns:
        `[type, id, action, payload]` for a call and `[type, id, "", payload]` for a result or an
        error, numbers with a fraction as text so that no digit is lost; None when it is no frame.

    Example:
        `mask_frame('[2,"7","Authorize",{"idTag":"04A1"}]', salt)` keeps everything but the tag,
        which becomes 16 hex characters.
    """
    try:
        frame = _parsed(text)
        if isinstance(frame, str):
            frame = _parsed(frame)
        kind, unique_id, action, payload = _split(frame)
        return _compact([kind, unique_id, action, _masked(payload, salt, 0)])
    except _UnreadableError:
        return None


def mask_payload(text: str, salt: Salt) -> str | None:
    """A payload that was logged apart from its frame, masked as `mask_frame` does.

    Returns:
        Compact JSON text; None when it is no JSON object.
    """
    try:
        payload = _parsed(text)
        if not isinstance(payload, dict):
            raise _UnreadableError
        return _compact(_masked(payload, salt, 0))
    except _UnreadableError:
        return None


def looks_like_frame(text: str) -> bool:
    """Whether a text is an OCPP frame, for finding the column of a log that holds them."""
    try:
        _split(_parsed(text))
    except _UnreadableError:
        return False
    return True


def utc_time(formats: Sequence[str], zone: str) -> Callable[[str], str | None]:
    """A reader of a log's own time stamps.

    Args:
        formats: tried in this order: `iso`, `epoch_s`, `epoch_ms`, or a strptime format.
        zone: IANA zone of stamps that name no offset.

    Returns:
        A function from text to ISO 8601 in UTC with microseconds and a Z, or None for text that
        fits no format.
    """
    clock = ZoneInfo(zone)

    @lru_cache(maxsize=4096)
    def read(text: str) -> str | None:
        for form in formats:
            moment = _moment(text, form)
            if moment is None:
                continue
            try:
                aware = moment if moment.tzinfo else moment.replace(tzinfo=clock)
                stamp = aware.astimezone(UTC).replace(tzinfo=None)
            except OverflowError:
                continue
            return f"{stamp.isoformat(timespec='microseconds')}Z"
        return None

    return read


def _moment(text: str, form: str) -> datetime | None:
    try:
        if form == "iso":
            return datetime.fromisoformat(text)
        if form in ("epoch_s", "epoch_ms"):
            count = Decimal(text) * (1_000_000 if form == "epoch_s" else 1_000)
            # An exponent of millions would be written out by int().
            return _EPOCH + timedelta(microseconds=int(count)) if abs(count) < _FAR else None
        return datetime.strptime(text, form)
    except (ValueError, ArithmeticError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise _UnreadableError


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _UnreadableError from error


def _compact(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        text.encode()
    except (ValueError, RecursionError) as error:
        raise _UnreadableError from error
    return text


def _split(frame: Any) -> tuple[int, str, str, dict[str, Any]]:
    if not isinstance(frame, list) or len(frame) < _RESULT_LENGTH or isinstance(frame[0], bool):
        raise _UnreadableError
    kind, unique_id = frame[0], frame[1]
    if not isinstance(unique_id, (str, int)) or isinstance(unique_id, bool):
        raise _UnreadableError
    shown = str(unique_id)[:_MAX_CHARACTERS]
    if kind == CALL and len(frame) == _CALL_LENGTH and isinstance(frame[2], str):
        return CALL, shown, frame[2][:_MAX_CHARACTERS], _object(frame[3])
    if kind == RESULT and len(frame) == _RESULT_LENGTH:
        return RESULT, shown, "", _object(frame[2])
    if kind == ERROR and isinstance(frame[2], str):
        return ERROR, shown, "", {"errorCode": frame[2]}
    raise _UnreadableError


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _UnreadableError
    return value


def _masked(value: Any, salt: Salt, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise _UnreadableError
    if isinstance(value, dict):
        return {
            name: _key(inner, salt) if name in _TOKENS else _masked(inner, salt, depth + 1)
            for name, inner in value.items()
            if name in _TOKENS or (name in _KEPT and (depth or name not in _NOT_AT_THE_TOP))
        }
    if isinstance(value, list):
        return [_masked(inner, salt, depth + 1) for inner in value]
    if isinstance(value, str) and len(value) > _MAX_CHARACTERS:
        # Signed meter values and whatever else a known field was misused for.
        return None
    return value


def _key(token: Any, salt: Salt) -> str | None:
    # Version 2.0.1 puts the token and its kind into an object.
    text = token.get("idToken") if isinstance(token, dict) else token
    if isinstance(text, bool) or not isinstance(text, (str, int)) or not str(text).strip():
        return None
    return salt.key(str(text).strip())
