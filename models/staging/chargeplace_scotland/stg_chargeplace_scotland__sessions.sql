{%- set columns = [
    'charging_event', 'driver_key', 'cp_id', 'connector', 'start_date', 'start_time', 'end_date',
    'end_time', 'total_kwh', 'cost', 'site', 'group_name', 'charger_model', 'vehicle',
] -%}
with landed as (

    {{ landed_rows('chargeplace_scotland', 'sessions', columns) }}

),

-- Some releases went through a parser that wrote ISO dates, at times with day and month exchanged.
typed as (

    select
        *,
        nullif({{ joined(' ', 'start_date, start_time') }}, '') as raw_started_at,
        nullif({{ joined(' ', 'end_date, end_time') }}, '') as raw_ended_at,
        {{ day_first_timestamp('start_date', 'start_time') }} as started_at_local,
        {{ day_first_timestamp('end_date', 'end_time') }} as ended_at_local,
        {{ month_first_timestamp('start_date', 'start_time') }} as started_at_swapped,
        {{ month_first_timestamp('end_date', 'end_time') }} as ended_at_swapped,
        {{ try_to_decimal('total_kwh') }} as energy_kwh,
        {{ try_to_decimal('cost', 13, 4) }} as revenue_amount
    from landed

),

final as (

    select
        {{ canonical_session({
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'raw_started_at', 'started_at_local'),
                ('end', 'raw_ended_at', 'ended_at_local'),
                ('energy', 'total_kwh', 'energy_kwh'),
                ('cost', 'cost', 'revenue_amount'),
            ]),
            'native_session_id': 'charging_event',
            'station_name': 'site',
            'native_charger_id': 'cp_id',
            'native_port_id': "cp_id || '-' || connector",
            'native_connector_id': "cp_id || '-' || connector",
            'charger_model': 'charger_model',
            'started_at_local': 'started_at_local',
            'ended_at_local': 'ended_at_local',
            'started_at_swapped': 'started_at_swapped',
            'ended_at_swapped': 'ended_at_swapped',
            'date_order_is_stated': "coalesce(start_date not like '____-__-__%', true)",
            'end_is_charging_end': 'false',
            'energy_kwh': 'energy_kwh',
            'revenue_amount': 'revenue_amount',
            'currency': "case when revenue_amount is not null then 'GBP' end",
            'driver_key': 'driver_key',
            'vehicle': 'trim(vehicle)',
        }) }}
    from typed

)

select * from final
