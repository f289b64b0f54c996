"""The network of an OCPP log: its charge points, ports and connectors, and their stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecocharge.clothes.network import Place
from ecocharge.faults.stations import Text, stations_csv, write_csv
from ecocharge.generator.randomness import Ints


def network_files(
    stations: Text, plugs: Text, found: Sequence[Place], numbers: Ints
) -> Mapping[str, bytes]:
    """The files beside a log, by their name.

    Args:
        stations: columns as in the native feed.
        plugs: its connectors.
        found: the connectors with their stations, see `network.places`.
        numbers: of the connectors at their chargers.
    """
    by_charger = {place["charger_id"]: place for place in found}
    chargers = [
        {
            "charge_point_id": name,
            "location_id": place["station_id"],
            "commissioned_ts": f"{place['opened_on']}T00:00:00Z",
            "decommissioned_ts": "",
        }
        for name, place in by_charger.items()
    ]
    numbered = [str(number) for number in numbers.tolist()]
    ports = {(place["charger_id"], place["port_id"]): None for place in found}
    connectors = [
        {
            "charge_point_id": place["charger_id"],
            "port_id": place["port_id"],
            "connector_id": number,
            "connector_type": place["connector_standard"],
            "power_type": place["power_type"],
            "rated_kw": place["rated_kw"],
        }
        for place, number in zip(found, numbered, strict=True)
    ]
    return {
        "chargers.csv": write_csv(tuple(chargers[0]), chargers),
        "ports.csv": write_csv(
            ("charge_point_id", "port_id"),
            [{"charge_point_id": charger, "port_id": port} for charger, port in ports],
        ),
        "connectors.csv": write_csv(tuple(connectors[0]), connectors),
        "stations.csv": stations_csv(stations, {**plugs, "connector_id": numbered}),
    }
