{%- set columns = [
    'record_id', 'session_id', 'cluster_id', 'site_id', 'space_id', 'station_id',
    'connected_at', 'disconnected_at', 'done_charging_at', 'kwh_delivered', 'time_zone',
    'driver_key', 'user_inputs',
] -%}
{%- set times = ['connected_at', 'disconnected_at', 'done_charging_at'] -%}
with landed as (

    {{ landed_rows('acn', 'sessions', columns) }}

),

typed as (

    select
        *,
        {%- for name in times %}
        coalesce(
            {{ try_to_timestamp(name, '%a, %d %b %Y %H:%M:%S GMT') }},
            {{ iso_offset_to_utc(name) }}
        ) as {{ name }}_utc,
        {%- endfor %}
        {{ known_zone('time_zone') }} as site_zone,
        {{ try_to_decimal('kwh_delivered') }} as kwh
    from landed

),

final as (

    select
        {{ canonical_session({
            'exported_on': try_to_date('exported_on'),
            'masked_record': json_record(columns),
            'unreadable_fields': unreadable([
                ('start', 'connected_at', 'connected_at_utc'),
                ('end', 'disconnected_at', 'disconnected_at_utc'),
                ('charging_end', 'done_charging_at', 'done_charging_at_utc'),
                ('energy', 'kwh_delivered', 'kwh'),
            ]),
            'native_session_id': 'coalesce(session_id, record_id)',
            'native_station_id': 'site_id',
            'adapter_rules': "case when time_zone is not null and site_zone is null "
                "then 'ZONE_LABEL_UNKNOWN' end",
            'time_zone': 'site_zone',
            'native_charger_id': 'station_id',
            'native_port_id': 'station_id',
            'native_connector_id': 'station_id',
            'started_at_utc': 'connected_at_utc',
            'ended_at_utc': 'disconnected_at_utc',
            'charging_ended_at_utc': 'done_charging_at_utc',
            'end_is_charging_end': 'false',
            'energy_kwh': 'kwh',
            'driver_key': 'driver_key',
        }) }}
    from typed

)

select * from final
