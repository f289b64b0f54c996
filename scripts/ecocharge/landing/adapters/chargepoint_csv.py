"""The ChargePoint export as cities publish it: a summary, or one row with start and end."""

from __future__ import annotations

from ecocharge.landing.formats import Adapter, Column, Entity

_PLACE = (
    Column("station_name", required=True),
    Column("station_address", aliases=("Address 1", "Address")),
    Column("city"),
    Column("state_province"),
    Column("postal_code", aliases=("Zip/Postal Code",)),
)

ADAPTER = Adapter(
    "chargepoint_csv",
    (
        Entity(
            "sessions",
            (
                *_PLACE,
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
        Entity(
            "session_details",
            (
                *_PLACE,
                Column("country"),
                Column("latitude"),
                Column("longitude"),
                # It names a charger and not a person, but it is an address of a device.
                Column("mac_key", aliases=("MAC Address",), personal=True),
                Column("serial_key", aliases=("System S/N",), personal=True),
                Column("evse_id"),
                Column("port_number"),
                Column("port_type"),
                Column("plug_type"),
                Column("model_number"),
                Column(
                    "start_date", aliases=("Start Date Time", "Start Time", "Start"), required=True
                ),
                Column("start_time_zone"),
                Column("end_date", aliases=("End Date Time", "End Time", "End")),
                Column("end_time_zone"),
                Column("total_duration", aliases=("Total Duration (hh:mm:ss)",)),
                Column("charging_time", aliases=("Charging Time (hh:mm:ss)",)),
                Column("energy_kwh", required=True),
                Column("ghg_savings_kg"),
                Column("gasoline_savings_gallons"),
                Column("fee"),
                Column("currency"),
                Column("ended_by"),
                Column("plug_in_event_id"),
                Column("driver_key", aliases=("User ID",), personal=True),
                Column("object_id", aliases=("ObjectId2",)),
            ),
            ignored=(
                # A driver's postcode is no use to anyone here and tells where they live.
                "Driver Postal Code",
                "Driver Zip/Postal Code",
                "Transaction Date (Pacific Time)",
                "Transaction ID",
                "Org Name",
                "Address 2",
                "County",
                "Start SOC",
                "End SOC",
                "ObjectID",
            ),
        ),
    ),
)
