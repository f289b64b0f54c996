-- Seconds of each status on each local day of a port in service.
with intervals as (

    select * from {{ ref('fct_port_status_intervals') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

zoned as (

    select
        intervals.*,
        stations.time_zone
    from intervals
    inner join stations on intervals.station_id = stations.station_id

),

by_day as (

    {{ rows_per_day(
        'zoned',
        utc_to_local('status_from_utc', 'time_zone'),
        utc_to_local('(status_to_utc - interval 1 second)', 'time_zone'),
        'date_local'
    ) }}

),

cut as (

    select
        station_id,
        port_id,
        date_local,
        status,
        {{ seconds_between(
            'greatest(status_from_utc, '
                ~ local_to_utc_earlier('cast(date_local as timestamp)', 'time_zone') ~ ')',
            'least(status_to_utc, '
                ~ local_to_utc_earlier(
                    "cast(date_local + interval 1 day as timestamp)", 'time_zone'
                ) ~ ')'
        ) }} as seconds
    from by_day

),

final as (

    select
        station_id,
        port_id,
        date_local,
        {%- for status in [
            'available', 'occupied', 'reserved', 'faulted', 'unavailable', 'unknown',
        ] %}
        cast(sum(case when status = '{{ status | upper }}' then seconds else 0 end) as bigint)
            as {{ status }}_seconds,
        {%- endfor %}
        cast(sum(seconds) as bigint) as in_service_seconds
    from cut
    group by station_id, port_id, date_local

)

select * from final
