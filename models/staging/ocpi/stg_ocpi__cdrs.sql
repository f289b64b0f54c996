{%- set columns = [
    'ocpi_version', 'schema_errors', 'country_code', 'party_id', 'cdr_id', 'session_id',
    'started_at', 'ended_at', 'driver_key', 'auth_method', 'location_id', 'location_name',
    'address', 'city', 'country', 'latitude', 'longitude', 'time_zone', 'evse_uid', 'evse_id',
    'connector_id', 'connector_standard', 'power_type', 'currency', 'charging_periods',
    'total_cost', 'total_energy', 'total_time', 'total_parking_time', 'credit',
    'credit_reference_id', 'last_updated',
] -%}
with landed as (

    {{ landed_rows('ocpi', 'cdrs', columns) }}

),

typed as (

    select
        *,
        {{ truncated('second', moment_to_utc('started_at')) }} as started_at_utc,
        {{ truncated('second', moment_to_utc('ended_at')) }} as ended_at_utc,
        {{ try_to_decimal('total_energy') }} as energy_kwh,
        {{ ocpi_price('total_cost') }} as revenue_amount,
        {{ ocpi_tax('total_cost') }} as tax_amount
    from landed

),

final as (

    select
        {{ canonical_session(dict(ocpi_place(), **{
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'started_at', 'started_at_utc'),
                ('end', 'ended_at', 'ended_at_utc'),
                ('energy', 'total_energy', 'energy_kwh'),
                ('cost', 'total_cost', 'revenue_amount'),
            ]),
            'adapter_rules': "case when schema_errors is not null then 'SCHEMA_MISMATCH' end",
            'record_kind': "'CDR'",
            'native_record_id': ocpi_key('cdr_id'),
            'credited_record_id': ocpi_key(
                "coalesce(credit_reference_id, case when credit = 'true' then cdr_id end)"
            ),
            'native_session_id': ocpi_key('coalesce(session_id, cdr_id)'),
            'started_at_utc': 'started_at_utc',
            'ended_at_utc': 'ended_at_utc',
            'end_is_charging_end': 'false',
            'energy_kwh': 'energy_kwh',
            'revenue_amount': 'revenue_amount',
            'tax_amount': 'tax_amount',
            'currency': 'currency',
            'payment_method': 'auth_method',
            'driver_key': 'driver_key',
            'last_updated_utc': moment_to_utc('last_updated'),
        })) }},
        ocpi_version,
        country as country_alpha_3,
        charging_periods,
        evse_uid = '#NA' as is_without_evse,
        coalesce(credit = 'true' or credit_reference_id is not null, false) as is_credit,
        {{ try_to_decimal('total_time', 12, 6) }} as total_hours,
        {{ try_to_decimal('total_parking_time', 12, 6) }} as total_parking_hours
    from typed

)

select * from final
