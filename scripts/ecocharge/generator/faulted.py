"""When the ports of a site are out of order, without its sessions: cars have no part in it."""

from __future__ import annotations

from typing import NamedTuple

from ecocharge.generator.arrays import as_lists
from ecocharge.generator.days import opening, site_days
from ecocharge.generator.habits import habits_of
from ecocharge.generator.network import Site
from ecocharge.generator.outages import next_fault
from ecocharge.generator.presets import Plan
from ecocharge.generator.randomness import Purpose
from ecocharge.generator.sessions import first_state
from ecocharge.generator.streams import stream_key


class Outage(NamedTuple):
    """A time in which a port takes no car, in UTC epoch seconds; it may end after the export."""

    port_id: str
    begins_at: int
    ends_at: int


def outages_of(plan: Plan, site: Site) -> list[Outage]:
    """Those of a site that begin before the export, port by port, as its sessions meet them."""
    days = site_days(plan.seed, site, plan.months, plan.first, plan.last)
    opens = opening(days)
    if opens is None:
        return []
    habits, key = habits_of(site.kind), stream_key(plan.seed, Purpose.OUTAGES, site.number)
    port_ids = dict.fromkeys(connector.port_id for connector in site.connectors)
    state = as_lists(first_state(len(site.banks), len(port_ids), 0, opens))
    found = []
    for port, port_id in enumerate(port_ids):
        next_fault(habits, key, port, state)
        while state.fault_at[port] < plan.export_at:
            found.append(Outage(port_id, state.fault_at[port], state.fault_until[port]))
            next_fault(habits, key, port, state)
    return found
