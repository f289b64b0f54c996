"""ChargePlace Scotland's exports, as Dundee publishes them."""

from __future__ import annotations

from ecocharge.landing.formats import Adapter, Column, Entity

ADAPTER = Adapter(
    "chargeplace_scotland",
    (
        Entity(
            "sessions",
            (
                Column("charging_event", required=True),
                Column("driver_key", aliases=("User ID",), personal=True),
                Column("cp_id", required=True),
                Column("connector"),
                Column("start_date", required=True),
                Column("start_time", required=True),
                Column("end_date", required=True),
                Column("end_time", required=True),
                Column("total_kwh", required=True),
                Column("cost"),
                Column("site"),
                Column("group_name", aliases=("Group",)),
                Column("charger_model", aliases=("Model",)),
                Column("vehicle"),
            ),
            ignored=("_id",),
            unnamed_trailing=(None, None, "vehicle"),
        ),
        Entity(
            "charge_points",
            (
                Column("latitude", required=True),
                Column("longitude", required=True),
                Column("location"),
                Column("cp_id", required=True),
                Column("charger_type", aliases=("Type",)),
                Column("address"),
                Column("location_short_description", aliases=("locationShortDescription",)),
                Column("charging_cards_accepted"),
                Column("open_24_hours", aliases=("F24_Hours",)),
                Column("times"),
            ),
            ignored=("_id",),
        ),
    ),
)
