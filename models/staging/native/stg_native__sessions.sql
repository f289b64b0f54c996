{%- set columns = [
    'session_id', 'connector_id', 'started_at_utc', 'ended_at_utc', 'charging_ended_at_utc',
    'energy_kwh', 'driver_key', 'payment_method', 'stop_reason', 'revenue_amount', 'tax_amount',
    'currency', 'last_updated_utc',
] -%}
with landed as (

    {{ native_rows('sessions', columns) }}

),

typed as (

    select
        *,
        {{ iso_utc_to_timestamp('started_at_utc') }} as start_utc,
        {{ iso_utc_to_timestamp('ended_at_utc') }} as end_utc,
        {{ iso_utc_to_timestamp('charging_ended_at_utc') }} as charging_end_utc,
        {{ iso_utc_to_timestamp('last_updated_utc') }} as updated_utc,
        {{ try_to_decimal('energy_kwh') }} as kwh,
        {{ try_to_decimal('revenue_amount', 13, 4) }} as revenue,
        {{ try_to_decimal('tax_amount', 13, 4) }} as tax
    from landed

),

final as (

    select
        {{ canonical_session({
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'started_at_utc', 'start_utc'),
                ('end', 'ended_at_utc', 'end_utc'),
                ('charging_end', 'charging_ended_at_utc', 'charging_end_utc'),
                ('energy', 'energy_kwh', 'kwh'),
                ('cost', 'revenue_amount', 'revenue'),
            ]),
            'native_session_id': 'session_id',
            'native_connector_id': 'connector_id',
            'started_at_utc': 'start_utc',
            'ended_at_utc': 'end_utc',
            'charging_ended_at_utc': 'charging_end_utc',
            'end_is_charging_end': 'false',
            'energy_kwh': 'kwh',
            'revenue_amount': 'revenue',
            'tax_amount': 'tax',
            'currency': 'currency',
            'payment_method': 'payment_method',
            'driver_key': 'driver_key',
            'stop_reason': 'stop_reason',
            'last_updated_utc': 'updated_utc',
        }) }}
    from typed

)

select * from final
