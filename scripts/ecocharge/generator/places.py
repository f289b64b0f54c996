"""Cities the network can stand in: zone, climate, prices, tax, cars and grid.

Positions and zones are facts; climates are rounded monthly means; prices, tax rates and grid
levels are illustrative round numbers of the right size, not quotes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Car = tuple[float, float, float]
"""Battery in kWh, highest AC power in kW, highest DC power in kW."""

WESTERN_CARS: tuple[Car, ...] = (
    (30.0, 3.7, 40.0),
    (40.0, 6.6, 46.0),
    (52.0, 7.4, 85.0),
    (58.0, 11.0, 120.0),
    (64.0, 11.0, 100.0),
    (75.0, 11.0, 170.0),
    (77.0, 11.0, 135.0),
    (82.0, 11.0, 200.0),
)
INDIAN_CARS: tuple[Car, ...] = (
    (24.0, 3.3, 25.0),
    (30.0, 3.3, 40.0),
    (40.0, 7.2, 50.0),
    (45.0, 7.2, 60.0),
    (50.0, 7.4, 80.0),
    (60.0, 11.0, 80.0),
)


@dataclass(frozen=True)
class Country:
    """What a country decides: money, plugs, cars and the language of its addresses.

    Attributes:
        tax_rate: sales tax or VAT as a share of the price without tax.
        price_per_kwh: by site type, without tax, in the country's currency.
        ac_standard: OCPI connector name of an AC post.
        dc_standards: OCPI connector names on one fast charger.
    """

    code: str
    locale: str
    currency: str
    tax_rate: float
    price_per_kwh: dict[str, float] = field(hash=False)
    ac_standard: str
    dc_standards: tuple[str, ...]
    ac_kw: float
    cars: tuple[Car, ...]


@dataclass(frozen=True)
class City:
    """A city and its climate: yearly mean and half swing in degrees C, hottest day of the year."""

    name: str
    region: str
    country: Country
    latitude: float
    longitude: float
    time_zone: str
    grid_zone: str
    mean_celsius: float
    swing_celsius: float
    hottest_day: int = 200


@dataclass(frozen=True)
class GridZone:
    """A bidding zone or balancing area for which hourly factors are made up.

    Attributes:
        renewable: mean renewable share of generation, 0..1.
        solar: how much of that share comes and goes with the sun, 0..1.
        low_carbon: share that is neither renewable nor emitting (nuclear).
        fossil_g_per_kwh: gram CO2 per kWh of the emitting rest.
    """

    name: str
    renewable: float
    solar: float
    low_carbon: float
    fossil_g_per_kwh: float
    utc_offset_hours: float = field(default=0.0)


def _prices(
    public: float, workplace: float, retail: float, highway: float, residential: float
) -> dict[str, float]:
    return {
        "public": public,
        "workplace": workplace,
        "retail": retail,
        "highway": highway,
        "residential": residential,
        "depot": 0.0,
    }


USA = Country(
    code="US",
    locale="en_US",
    currency="USD",
    tax_rate=0.08,
    price_per_kwh=_prices(0.34, 0.14, 0.39, 0.48, 0.22),
    ac_standard="IEC_62196_T1",
    dc_standards=("IEC_62196_T1_COMBO", "CHADEMO"),
    ac_kw=7.2,
    cars=WESTERN_CARS,
)
GREAT_BRITAIN = Country(
    code="GB",
    locale="en_GB",
    currency="GBP",
    tax_rate=0.20,
    price_per_kwh=_prices(0.42, 0.20, 0.44, 0.58, 0.37),
    ac_standard="IEC_62196_T2",
    dc_standards=("IEC_62196_T2_COMBO", "CHADEMO"),
    ac_kw=7.4,
    cars=WESTERN_CARS,
)
INDIA = Country(
    code="IN",
    locale="en_IN",
    currency="INR",
    tax_rate=0.18,
    price_per_kwh=_prices(15.0, 9.0, 16.0, 19.0, 11.0),
    ac_standard="IEC_62196_T2",
    dc_standards=("IEC_62196_T2_COMBO",),
    ac_kw=7.4,
    cars=INDIAN_CARS,
)

DENVER = City("Denver", "CO", USA, 39.74, -104.99, "America/Denver", "US-RMRG", 10.5, 12.5)
GLASGOW = City("Glasgow", "SCT", GREAT_BRITAIN, 55.86, -4.25, "Europe/London", "GB", 9.0, 5.5)
BENGALURU = City(
    "Bengaluru", "KA", INDIA, 12.97, 77.59, "Asia/Kolkata", "IN-SO", 24.0, 3.0, hottest_day=105
)

CITIES: tuple[City, ...] = (
    DENVER,
    GLASGOW,
    BENGALURU,
    City("Boston", "MA", USA, 42.36, -71.06, "America/New_York", "US-NE", 11.0, 12.5),
    City("Edinburgh", "SCT", GREAT_BRITAIN, 55.95, -3.19, "Europe/London", "GB", 9.0, 5.5),
    City("Phoenix", "AZ", USA, 33.45, -112.07, "America/Phoenix", "US-AZPS", 24.0, 10.5),
    City("Leeds", "ENG", GREAT_BRITAIN, 53.80, -1.55, "Europe/London", "GB", 9.8, 6.0),
    City("Mysuru", "KA", INDIA, 12.30, 76.64, "Asia/Kolkata", "IN-SO", 25.0, 3.0, hottest_day=105),
)

GRID_ZONES: tuple[GridZone, ...] = (
    GridZone("GB", 0.44, 0.15, 0.15, 390.0, 0.0),
    GridZone("US-AZPS", 0.22, 0.75, 0.28, 560.0, -7.0),
    GridZone("US-NE", 0.20, 0.35, 0.24, 430.0, -5.0),
    GridZone("US-RMRG", 0.36, 0.40, 0.0, 790.0, -7.0),
)
"""Without IN-SO: one zone of the network has no factors, so that missing coverage is seen."""
