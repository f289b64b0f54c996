"""Daily mean temperature of a city."""

from __future__ import annotations

import numpy as np

from ecocharge.generator.places import CITIES, City
from ecocharge.generator.randomness import Floats, Purpose, month_start, red_noise

_DAYS_PER_YEAR = 365.25
_DEVIATION_CELSIUS = 3.5
_PERSISTENCE = 0.75


def daily_celsius(seed: int, city: City, month: int) -> Floats:
    """Mean temperature of each local day of a month in degrees C, shape (days,).

    A yearly cosine around the city's mean, and weather that lasts some days.
    """
    noise = red_noise(seed, Purpose.WEATHER, CITIES.index(city), month, 1, _PERSISTENCE)
    first = month_start(month).timetuple().tm_yday
    day_of_year = first + np.arange(len(noise))
    season = np.cos(2 * np.pi * (day_of_year - city.hottest_day) / _DAYS_PER_YEAR)
    celsius: Floats = city.mean_celsius + city.swing_celsius * season + _DEVIATION_CELSIUS * noise
    return celsius
