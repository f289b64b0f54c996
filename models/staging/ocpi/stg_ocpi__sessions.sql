{%- set columns = [
    'ocpi_version', 'schema_errors', 'country_code', 'party_id', 'ocpi_session_id', 'started_at',
    'ended_at', 'kwh', 'driver_key', 'auth_method', 'location_id', 'location_name', 'address',
    'city', 'country', 'latitude', 'longitude', 'time_zone', 'evse_uid', 'evse_id',
    'connector_id', 'connector_standard', 'power_type', 'currency', 'charging_periods',
    'total_cost', 'status', 'last_updated',
] -%}
with landed as (

    {{ landed_rows('ocpi', 'sessions', columns) }}

),

typed as (

    select
        *,
        coalesce(status in ('COMPLETED', 'INVALID'), false) as has_ended,
        {{ truncated('second', moment_to_utc('started_at')) }} as started_at_utc,
        {{ truncated('second', moment_to_utc('ended_at')) }} as ended_at_utc,
        {{ try_to_decimal('kwh') }} as energy_kwh,
        {{ ocpi_price('total_cost') }} as revenue_amount,
        {{ ocpi_tax('total_cost') }} as tax_amount
    from landed

),

final as (

    select
        -- Of a session that goes on, nothing but its start is final.
        {{ canonical_session(dict(ocpi_place(), **{
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'started_at', 'started_at_utc'),
                ('end', 'ended_at', 'ended_at_utc'),
                ('energy', 'kwh', 'energy_kwh'),
                ('cost', 'total_cost', 'revenue_amount'),
            ]),
            'adapter_rules': "nullif(" ~ joined(
                ',',
                "case when schema_errors is not null then 'SCHEMA_MISMATCH' end, "
                "case when status = 'RESERVATION' then 'RESERVATION_ONLY' end, "
                "case when status = 'INVALID' then 'INVALID_SESSION' end"
            ) ~ ", '')",
            'record_kind': "'SESSION'",
            'native_session_id': ocpi_key('ocpi_session_id'),
            'started_at_utc': 'started_at_utc',
            'ended_at_utc': 'case when has_ended then ended_at_utc end',
            'end_is_charging_end': 'false',
            'energy_kwh': 'case when has_ended then energy_kwh end',
            'revenue_amount': 'case when has_ended then revenue_amount end',
            'tax_amount': 'case when has_ended then tax_amount end',
            'currency': 'currency',
            'payment_method': 'auth_method',
            'driver_key': 'driver_key',
            'last_updated_utc': moment_to_utc('last_updated'),
        })) }},
        ocpi_version,
        country as country_alpha_3,
        charging_periods,
        evse_uid = '#NA' as is_without_evse,
        false as is_credit,
        cast(null as decimal(18, 6)) as total_hours,
        cast(null as decimal(18, 6)) as total_parking_hours
    from typed

)

select * from final
