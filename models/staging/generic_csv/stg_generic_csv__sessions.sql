{%- set fields = generic_csv_fields('sessions') -%}
{%- set settings = generic_csv_settings('sessions') -%}
{%- set times = ['started_at', 'ended_at', 'charging_ended_at', 'last_updated', 'received_at'] -%}
{%- set formats = declared_formats('sessions', times) -%}
with landed as (

    {{ landed_rows('generic_csv', 'sessions', fields + settings) }}

),

declared as (

    select
        {{ declared_columns('sessions') }}
    from landed

),

read as (

    select
        *,
        {%- for name in times %}
        {{ declared_instant(name, formats) }} as {{ name }}_instant,
        {{ declared_wall_clock(name, formats) }} as {{ name }}_wall_clock,
        {%- endfor %}
        {{ known_zone('time_zone') }} as row_zone,
        {{ declared_energy('energy') }} as kwh,
        {{ declared_number('revenue', 13, 4) }} as revenue_amount,
        {{ declared_number('tax', 13, 4) }} as tax_amount,
        {{ declared_seconds('connected') }} as connected_seconds,
        {{ declared_seconds('charging') }} as charging_seconds
    from declared

),

timed as (

    select
        *,
        {%- for name in times %}
        {{ with_century(declared_utc(name)) }} as {{ name }}_utc,
        {{ with_century(declared_local(name)) }} as {{ name }}_local,
        {%- endfor %}
        extract(year from coalesce(started_at_instant, started_at_wall_clock)) < 100
        and year_offset is not null as is_year_repaired,
        -- What gives the end: the first of these that the mapping names, whatever a row holds.
        case
            when ended_at_format is not null then 'end'
            when connected_unit is not null then 'connected'
            when charging_ended_at_format is not null then 'charging end'
            when charging_unit is not null then 'charging'
        end as end_comes_from
    from read

),

ended as (

    select
        *,
        {%- for side in ['utc', 'local'] %}
        {%- set charging_end = add_seconds('started_at_' ~ side, 'charging_seconds') %}
        coalesce(charging_ended_at_{{ side }}, {{ charging_end }}) as charging_end_{{ side }},
        case end_comes_from
            when 'end' then ended_at_{{ side }}
            when 'connected' then {{ add_seconds('started_at_' ~ side, 'connected_seconds') }}
            when 'charging end' then charging_ended_at_{{ side }}
            when 'charging' then {{ charging_end }}
        end as end_{{ side }},
        {%- endfor %}
        abs(connected_seconds - {{ seconds_between(
            'coalesce(started_at_utc, started_at_local)', 'coalesce(ended_at_utc, ended_at_local)'
        ) }}) as span_difference
    from timed

),

final as (

    select
        {{ canonical_session({
            'exported_on': try_to_date('exported_on'),
            'masked_record': 'masked_record',
            'unreadable_fields': unreadable([
                ('start', declared_time_text('started_at'),
                    'coalesce(started_at_utc, started_at_local)'),
                ('end', declared_time_text('ended_at'),
                    'coalesce(ended_at_utc, ended_at_local)'),
                ('end', "case end_comes_from when 'connected' then connected end",
                    'connected_seconds'),
                ('charging_end', declared_time_text('charging_ended_at'),
                    'coalesce(charging_ended_at_utc, charging_ended_at_local)'),
                ('charging_end', 'charging', 'charging_seconds'),
                ('energy', 'energy', 'kwh'),
                ('cost', 'revenue', 'revenue_amount'),
                ('cost', 'tax', 'tax_amount'),
            ]),
            'adapter_rules': "nullif(" ~ joined(
                ',',
                "case when is_year_repaired then 'YEAR_REPAIRED' end, "
                "case when span_difference between 3540 and 3660 then 'SPAN_DIFFERS_BY_AN_HOUR' "
                "when span_difference > 120 then 'DURATION_DIFFERS' end, "
                "case when time_zone is not null and row_zone is null "
                "then 'ZONE_LABEL_UNKNOWN' end"
            ) ~ ", '')",
            'native_session_id': 'session_id',
            'native_station_id': 'station_id',
            'station_name': 'station_name',
            'station_address': 'station_address',
            'station_city': 'station_city',
            'latitude': declared_coordinate('latitude', 2),
            'longitude': declared_coordinate('longitude', 1),
            'time_zone': 'row_zone',
            'native_charger_id': 'coalesce(charger_id, port_id, connector_id, station_id)',
            'native_port_id': 'coalesce(port_id, connector_id)',
            'native_connector_id': 'coalesce(connector_id, port_id)',
            'charger_model': 'charger_model',
            'connector_standard': 'connector_standard',
            'power_type': 'power_type',
            'rated_kw': declared_power('rated_power'),
            'started_at_local': 'started_at_local',
            'ended_at_local': 'end_local',
            'charging_ended_at_local': 'charging_end_local',
            'started_at_utc': 'started_at_utc',
            'ended_at_utc': 'end_utc',
            'charging_ended_at_utc': 'charging_end_utc',
            'end_is_charging_end':
                "coalesce(end_comes_from in ('charging end', 'charging'), false)",
            'energy_kwh': 'kwh',
            'revenue_amount': 'revenue_amount',
            'tax_amount': 'tax_amount',
            'currency': 'case when revenue_amount is not null then currency end',
            'payment_method': 'payment_method',
            'driver_key': 'driver',
            'vehicle': 'vehicle',
            'stop_reason': 'stop_reason',
            'last_updated_utc': 'coalesce(last_updated_utc, '
                ~ local_to_utc('last_updated_local', "coalesce(row_zone, 'UTC')") ~ ')',
            'received_at_utc': 'coalesce(received_at_utc, '
                ~ local_to_utc('received_at_local', 'row_zone') ~ ')',
        }) }}
    from ended

)

select * from final
