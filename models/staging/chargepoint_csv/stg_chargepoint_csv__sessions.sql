{%- set columns = [
    'station_name', 'station_address', 'city', 'state_province', 'postal_code', 'transaction_date',
    'transaction_start_time', 'charging_time_minutes', 'energy_kwh', 'ghg_savings_kg',
    'gasoline_savings_gallons', 'port_type', 'object_id',
] -%}
with landed as (

    {{ landed_rows('chargepoint_csv', 'sessions', columns) }}

),

-- One export writes `2018/01/31 00:00:00+00` and `2021/01/21 17:43:00+00`, where the date beside
-- the time is the day of the export; the other writes `1/31/2018` and `5:43 PM`.
worded as (

    select
        *,
        case
            when transaction_date like '____/__/__ %'
                then
                    {{ chargepoint_clock_text(
                        "left(transaction_date, 10) || ' ' || substr(transaction_start_time, 12, 5)"
                    ) }}
            else transaction_date || ' ' || transaction_start_time
        end as start_text,
        coalesce(
            {{ try_to_date('exported_on') }},
            cast({{ try_to_timestamp('left(transaction_start_time, 10)', '%Y/%m/%d') }} as date)
        ) as export_date,
        nullif(nullif(charging_time_minutes, '-'), 'NA') as raw_minutes
    from landed

),

typed as (

    select
        *,
        nullif({{ joined(' ', 'transaction_date, transaction_start_time') }}, '') as raw_started_at,
        {{ month_first_wall_clock('start_text') }} as started_at_local,
        {{ day_first_wall_clock('start_text') }} as started_at_swapped,
        {{ try_to_decimal('energy_kwh') }} as kwh,
        {{ try_to_decimal(without_thousands_commas('raw_minutes'), 15, 6) }} as charging_minutes
    from worded

),

timed as (

    select
        *,
        {{ add_seconds('started_at_local', 'cast(round(charging_minutes * 60) as bigint)') }}
            as ended_at_local,
        {{ add_seconds('started_at_swapped', 'cast(round(charging_minutes * 60) as bigint)') }}
            as ended_at_swapped
    from typed

),

final as (

    select
        {{ canonical_session({
            'exported_on': 'export_date',
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'raw_started_at', 'started_at_local'),
                ('end', 'raw_minutes', 'charging_minutes'),
                ('energy', 'energy_kwh', 'kwh'),
            ]),
            'station_name': 'station_address',
            'station_address': 'station_address',
            'native_charger_id': 'station_name',
            'charger_model': 'port_type',
            'started_at_local': 'started_at_local',
            'ended_at_local': 'ended_at_local',
            'charging_ended_at_local': 'ended_at_local',
            'started_at_swapped': 'started_at_swapped',
            'ended_at_swapped': 'ended_at_swapped',
            'charging_ended_at_swapped': 'ended_at_swapped',
            'date_order_is_stated': 'true',
            'end_is_charging_end': 'true',
            'energy_kwh': 'kwh',
        }) }}
    from timed

)

select * from final
