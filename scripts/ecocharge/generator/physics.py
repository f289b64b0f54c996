"""The charging curve: full power up to a knee, then power falling with the room left.

Up to the knee the energy grows linearly; above it the power is proportional to the empty part of
the battery, so the energy approaches full exponentially. Both directions have closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.generator.randomness import Floats, Ints

_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class Curve:
    """One charging curve per session, arrays of shape (n,).

    Attributes:
        power_kw: power below the knee.
        battery_kwh: usable size of the battery.
        soc: state of charge on arrival, 0..1.
        knee: state of charge from which the power falls; 1 means never.
    """

    power_kw: Floats
    battery_kwh: Floats
    soc: Floats
    knee: Floats

    def take(self, rows: Ints) -> Curve:
        """The curves of some sessions."""
        return Curve(self.power_kw[rows], self.battery_kwh[rows], self.soc[rows], self.knee[rows])

    def _linear_kwh(self) -> Floats:
        return np.where(
            self.knee >= 1.0, np.inf, np.maximum(self.knee - self.soc, 0.0) * self.battery_kwh
        )

    def _tail(self) -> tuple[Floats, Floats]:
        """Room above the knee in kWh and the time constant in seconds."""
        room = np.maximum(1.0 - np.maximum(self.knee, self.soc), 1e-9) * self.battery_kwh
        tau = np.maximum(1.0 - self.knee, 1e-9) * self.battery_kwh / self.power_kw
        return room, tau * _SECONDS_PER_HOUR

    def seconds_for(self, energy_kwh: Floats) -> Floats:
        """Seconds to take `energy_kwh`, which must be below what still fits in the battery."""
        linear = np.minimum(self._linear_kwh(), energy_kwh)
        room, tau = self._tail()
        share = np.minimum((energy_kwh - linear) / room, 1.0 - 1e-9)
        return linear / self.power_kw * _SECONDS_PER_HOUR - tau * np.log1p(-share)

    def energy_after(self, seconds: Floats) -> Floats:
        """kWh taken `seconds` after plug-in."""
        full_power = self.power_kw * np.maximum(seconds, 0.0) / _SECONDS_PER_HOUR
        linear = np.minimum(self._linear_kwh(), full_power)
        room, tau = self._tail()
        rest = np.maximum(seconds - linear / self.power_kw * _SECONDS_PER_HOUR, 0.0)
        rising = np.where(full_power > linear, -np.expm1(-rest / tau), 0.0)
        energy: Floats = linear + room * rising
        return energy
