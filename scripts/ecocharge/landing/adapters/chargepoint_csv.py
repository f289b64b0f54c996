"""The ChargePoint export as cities publish it."""

from __future__ import annotations

from ecocharge.landing.formats import Adapter, Column, Entity

ADAPTER = Adapter(
    "chargepoint_csv",
    (
        Entity(
            "sessions",
            (
                Column("station_name", required=True),
                Column("station_address"),
                Column("city"),
                Column("state_province"),
                Column("postal_code"),
                Column("transaction_date", required=True),
                Column("transaction_start_time", required=True),
                Column("charging_time_minutes", required=True),
                Column("energy_kwh", required=True),
                Column("ghg_savings_kg"),
                Column("gasoline_savings_gallons"),
                Column("port_type"),
                Column("object_id", aliases=("ObjectId",)),
            ),
        ),
    ),
)
