"""The formats EcoCharge can read, one module each; a new one is listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ecocharge.errors import EcoChargeError
from ecocharge.landing.adapters import (
    acn,
    carbon,
    chargeplace_scotland,
    chargepoint_csv,
    generic_csv,
    ocpi,
    ocpp,
)
from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Adapter

ADAPTERS: Mapping[str, Adapter] = MappingProxyType(
    {
        module.ADAPTER.name: module.ADAPTER
        for module in (
            acn,
            carbon,
            chargeplace_scotland,
            chargepoint_csv,
            generic_csv,
            ocpi,
            ocpp,
        )
    }
)
# Adapters whose columns the feed's own mapping names.
_BY_MAPPING: Mapping[str, Callable[[Feed], Adapter]] = MappingProxyType(
    {
        "carbon": carbon.adapter_for,
        "generic_csv": generic_csv.adapter_for,
        "ocpp": ocpp.adapter_for,
    }
)


def adapter_named(name: str, feed: Feed) -> Adapter:
    """The adapter of that name, as it reads the files of a feed.

    Raises:
        EcoChargeError: when there is none of that name, or the feed's mapping cannot be used.
    """
    if name in _BY_MAPPING:
        return _BY_MAPPING[name](feed)
    if name in ADAPTERS:
        return ADAPTERS[name]
    raise EcoChargeError(
        f"unknown adapter {name!r}",
        remedy=f"choose one of: {', '.join(sorted(ADAPTERS))}",
        file=feed.path,
    )


def adapters_for(feed: Feed, chosen: str | None) -> tuple[tuple[Adapter, ...], ...]:
    """The adapters that may read a feed's files, in groups: the first group that fits is taken.

    Args:
        feed: whose files they are; its own adapter comes first.
        chosen: the only adapter to try, where the user named one.

    Raises:
        EcoChargeError: when an adapter is named that does not exist.
    """
    if chosen:
        return ((adapter_named(chosen, feed),),)
    everyone = tuple(ADAPTERS.values())
    if feed.adapter is None:
        return (everyone,)
    own = adapter_named(feed.adapter, feed)
    return ((own,), tuple(adapter for adapter in everyone if adapter.name != own.name))
