{%- set columns = [
    'station_name', 'station_address', 'city', 'state_province', 'postal_code', 'country',
    'latitude', 'longitude', 'mac_key', 'serial_key', 'evse_id', 'port_number', 'port_type',
    'plug_type', 'model_number', 'start_date', 'start_time_zone', 'end_date', 'end_time_zone',
    'total_duration', 'charging_time', 'energy_kwh', 'ghg_savings_kg', 'gasoline_savings_gallons',
    'fee', 'currency', 'ended_by', 'plug_in_event_id', 'driver_key', 'object_id',
] -%}
{%- set sides = ['start', 'end'] -%}
with landed as (

    {{ landed_rows('chargepoint_csv', 'session_details', columns) }}

),

worded as (

    select
        *,
        -- One station is written `#1` and `# 1`.
        {{ replace_all('station_name', '# +', '#') }} as charger,
        {{ chargepoint_clock_text('start_date') }} as start_text,
        {{ chargepoint_clock_text('end_date') }} as end_text,
        upper(start_time_zone) as start_label,
        upper(coalesce(end_time_zone, start_time_zone)) as end_label,
        nullif(nullif(total_duration, '-'), 'NA') as raw_total,
        nullif(nullif(charging_time, '-'), 'NA') as raw_charging,
        nullif(nullif(energy_kwh, '-'), 'NA') as raw_energy,
        nullif(nullif(replace(fee, '$', ''), '-'), 'NA') as raw_fee
    from landed

),

typed as (

    select
        *,
        {%- for side in sides %}
        {{ month_first_wall_clock(side ~ '_text') }} as {{ side }}_clock,
        {{ day_first_wall_clock(side ~ '_text') }} as {{ side }}_other_clock,
        {{ iso_offset_to_utc(side ~ '_date') }} as {{ side }}_instant,
        {{ zone_label_minutes(side ~ '_label') }} as {{ side }}_minutes,
        {%- endfor %}
        {{ unless_sentinel('raw_total') }} as known_total,
        {{ unless_sentinel('raw_charging') }} as known_charging,
        {{ clock_to_seconds(unless_sentinel('raw_total')) }} as total_seconds,
        {{ clock_to_seconds(unless_sentinel('raw_charging')) }} as charging_seconds,
        {{ try_to_decimal(without_thousands_commas('raw_energy')) }} as kwh,
        {{ try_to_decimal(without_thousands_commas('raw_fee'), 13, 4) }} as revenue_amount,
        nullif({{ try_to_decimal('latitude', 9, 6) }}, 0) as point_latitude,
        nullif({{ try_to_decimal('longitude', 9, 6) }}, 0) as point_longitude
    from worded

),

placed as (

    select
        *,
        {%- for side in sides %}
        case
            when {{ side }}_clock is null then {{ side }}_instant
            else {{ add_seconds(side ~ '_clock', '-60 * ' ~ side ~ '_minutes') }}
        end as {{ side }}_utc,
        case when {{ side }}_minutes is null then {{ side }}_clock end as {{ side }}_local,
        case
            when {{ side }}_clock is null or {{ side }}_minutes is null then {{ side }}_other_clock
            else {{ add_seconds(side ~ '_other_clock', '-60 * ' ~ side ~ '_minutes') }}
        end as {{ side }}_swapped,
        {%- endfor %}
        -- What gives the end: its date, else the first duration that is stated.
        case
            when end_date is not null then null
            when known_total is not null then total_seconds
            else charging_seconds
        end as seconds_to_end,
        end_date is null and known_total is null and charging_seconds is not null
            as end_is_charging_end
    from typed

),

ended as (

    select
        *,
        {%- for side in ['utc', 'local', 'swapped'] %}
        coalesce(end_{{ side }}, {{ add_seconds('start_' ~ side, 'seconds_to_end') }})
            as ended_at_{{ side }},
        {{ add_seconds('start_' ~ side, 'charging_seconds') }} as charging_end_{{ side }},
        {%- endfor %}
        case
            when coalesce(end_utc, end_local) is not null or seconds_to_end is not null then true
        end as end_is_read
    from placed

),

-- Start and end are cut to the minute while durations have seconds: an end of charging less than
-- a minute late is the end.
final as (

    select
        {{ canonical_session({
            'exported_on': try_to_date('exported_on'),
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'start_date', 'coalesce(start_utc, start_local)'),
                ('end', 'coalesce(end_date, known_total)', 'end_is_read'),
                ('charging_end', 'known_charging', 'charging_seconds'),
                ('energy', 'raw_energy', 'kwh'),
                ('cost', 'raw_fee', 'revenue_amount'),
            ]),
            'adapter_rules': chargepoint_rules(),
            'native_session_id':
                'case when plug_in_event_id is not null then ' ~ joined(
                    '|',
                    'charger, port_number, plug_in_event_id, '
                    'cast(coalesce(start_utc, start_local) as string)'
                ) ~ ' end',
            'station_name': 'coalesce(station_address, charger)',
            'station_address': 'station_address',
            'station_city': 'city',
            'latitude': 'point_latitude',
            'longitude': 'point_longitude',
            'native_charger_id': 'charger',
            'native_port_id': "charger || '-' || port_number",
            'native_connector_id': "charger || '-' || port_number",
            'charger_model': 'port_type',
            'connector_standard': chargepoint_connector_standard('plug_type'),
            'power_type': chargepoint_power_type('port_type'),
            'started_at_local': 'start_local',
            'ended_at_local': 'ended_at_local',
            'charging_ended_at_local': within_a_minute('charging_end_local', 'ended_at_local'),
            'started_at_utc': 'start_utc',
            'ended_at_utc': 'ended_at_utc',
            'charging_ended_at_utc': within_a_minute('charging_end_utc', 'ended_at_utc'),
            'started_at_swapped': 'start_swapped',
            'ended_at_swapped': 'ended_at_swapped',
            'charging_ended_at_swapped':
                within_a_minute('charging_end_swapped', 'ended_at_swapped'),
            'date_order_is_stated': 'true',
            'end_is_charging_end': 'end_is_charging_end',
            'energy_kwh': 'kwh',
            'revenue_amount': 'revenue_amount',
            'currency': 'case when revenue_amount is not null then currency end',
            'driver_key': 'driver_key',
            'stop_reason': 'ended_by',
        }) }}
    from ended

)

select * from final
