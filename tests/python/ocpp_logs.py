"""Hand-made OCPP logs, and what the calls of a real one say when read in plain Python."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HEADER = ("timestamp", "id", "action", "msg")
Line = tuple[str, str, str, str]
START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    """ISO text of some minutes after eight on 3 March 2025, UTC."""
    return f"{(START + timedelta(minutes=minutes)).isoformat(timespec='milliseconds')[:-6]}Z"


@dataclass
class Log:
    """The log of one charge point, written call by call.

    Args:
        charge_point: its id.
    """

    charge_point: str
    lines: list[Line] = field(default_factory=list)
    _count: int = 0

    def call(
        self,
        minutes: float,
        action: str,
        payload: dict[str, Any],
        answer: dict[str, Any] | None = None,
        unique_id: str | None = None,
    ) -> None:
        """One call, logged that many minutes after eight, and its answer unless None."""
        self._count += 1
        unique_id = unique_id or f"{self.charge_point}-{self._count}"
        frame = json.dumps([2, unique_id, action, payload])
        self.lines.append((at(minutes), self.charge_point, action, frame))
        if answer is not None:
            frame = json.dumps([3, unique_id, answer])
            self.lines.append((at(minutes + 0.001), self.charge_point, "", frame))

    def start(
        self,
        minutes: float,
        register: int,
        transaction: int | None,
        connector: int = 1,
        **more: Any,
    ) -> None:
        """A start of version 1.6; without a transaction, its answer is lost."""
        payload = {"connectorId": connector, "idTag": "CARD0001", "timestamp": at(minutes)}
        answer = {"transactionId": transaction, "idTagInfo": {"status": "Accepted"}}
        self.call(
            minutes,
            "StartTransaction",
            payload | {"meterStart": register} | more,
            None if transaction is None else answer,
        )

    def meter(
        self, minutes: float, transaction: int | None, *values: Any, connector: int = 1
    ) -> None:
        """Meter values of version 1.6: registers in Wh, or whole sampled values."""
        sampled = [value if isinstance(value, dict) else {"value": str(value)} for value in values]
        payload: dict[str, Any] = {
            "connectorId": connector,
            "meterValue": [{"timestamp": at(minutes), "sampledValue": sampled}],
        }
        if transaction is not None:
            payload["transactionId"] = transaction
        self.call(minutes, "MeterValues", payload, {})

    def stop(self, minutes: float, register: int, transaction: int, **more: Any) -> None:
        """A stop of version 1.6."""
        payload = {"transactionId": transaction, "meterStop": register, "timestamp": at(minutes)}
        self.call(minutes, "StopTransaction", payload | {"reason": "EVDisconnected"} | more, {})

    def status(self, minutes: float, status: str, connector: int = 1) -> None:
        """A status of version 1.6."""
        payload = {"connectorId": connector, "status": status, "errorCode": "NoError"}
        self.call(minutes, "StatusNotification", payload | {"timestamp": at(minutes)}, {})

    def event(
        self,
        minutes: float,
        kind: str,
        transaction: str,
        number: int,
        *values: Any,
        evse: int | None = None,
        **info: Any,
    ) -> None:
        """A transaction event of version 2.0.1."""
        payload: dict[str, Any] = {
            "eventType": kind,
            "timestamp": at(minutes),
            "triggerReason": "MeterValuePeriodic",
            "seqNo": number,
            "transactionInfo": {"transactionId": transaction} | info,
        }
        if evse is not None:
            payload |= {"evse": {"id": evse, "connectorId": 1}, "idToken": _token()}
        if values:
            sampled = [value if isinstance(value, dict) else {"value": value} for value in values]
            payload["meterValue"] = [{"timestamp": at(minutes), "sampledValue": sampled}]
        self.call(minutes, "TransactionEvent", payload, {})

    def heartbeats(self, first: float, last: float, every: float = 10) -> None:
        """Heartbeats from one minute to another, both included."""
        minutes = first
        while minutes <= last:
            self.call(minutes, "Heartbeat", {}, {"currentTime": at(minutes)})
            minutes += every


def _token() -> dict[str, str]:
    return {"idToken": "CARD0002", "type": "ISO14443"}


def write(path: Path, lines: Iterable[Sequence[str]]) -> Path:
    """Write lines as a CSV log with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(lines)
    return path


def read(path: Path) -> list[Line]:
    """The lines of a CSV log without its header."""
    with path.open(newline="", encoding="utf-8") as file:
        return [(row[0], row[1], row[2], row[3]) for row in list(csv.reader(file))[1:]]


def register_differences(lines: Iterable[Line]) -> dict[str, int]:
    """What each transaction of a well-behaved 1.6 log took, in Wh, by `charge point/id`."""
    begun: dict[tuple[str, str], int] = {}
    taken: dict[str, int] = {}
    registers: dict[tuple[str, int], int] = {}
    for _, charge_point, _, text in lines:
        kind, unique_id, *rest = json.loads(text)
        if kind == 2 and rest[0] == "StartTransaction":  # noqa: PLR2004 - a call, in OCPP-J
            begun[charge_point, unique_id] = rest[1]["meterStart"]
        elif kind == 3 and "transactionId" in rest[0]:  # noqa: PLR2004 - a result
            registers[charge_point, rest[0]["transactionId"]] = begun[charge_point, unique_id]
        elif kind == 2 and rest[0] == "StopTransaction":  # noqa: PLR2004 - a call
            number = rest[1]["transactionId"]
            first = registers[charge_point, number]
            taken[f"{charge_point}/{number}"] = rest[1]["meterStop"] - first
    return taken
