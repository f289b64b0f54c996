-- A port's day: how long it was in service, what was known of it, and how starts went. A port of
-- which nothing is known is unknown, never up.
with port_days as (

    select * from {{ ref('int_availability__port_days') }}

),

sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

failed_starts as (

    select * from {{ ref('int_ocpp__failed_starts') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

ports as (

    select * from {{ ref('dim_ports') }}

),

started as (

    select
        port_id,
        date_local,
        count(*) as start_attempts,
        count(case when energy_kwh = 0 then 1 end) as failed_attempts
    from sessions
    where port_id is not null
    group by port_id, date_local

),

failed as (

    select
        ports.port_id,
        cast({{ utc_to_local('failed_starts.attempted_at_utc', 'stations.time_zone') }} as date)
            as date_local,
        1 as start_attempts,
        1 as failed_attempts
    from failed_starts
    inner join ports on failed_starts.port_id = ports.port_id
    inner join stations on ports.station_id = stations.station_id

),

attempted as (

    select * from started
    union all
    select * from failed

),

attempts as (

    select
        port_id,
        date_local,
        cast(sum(start_attempts) as bigint) as start_attempts,
        cast(sum(failed_attempts) as bigint) as failed_attempts
    from attempted
    group by port_id, date_local

),

-- An attempt outside the days in service keeps its row.
days as (

    select
        coalesce(port_days.port_id, attempts.port_id) as port_id,
        coalesce(port_days.date_local, attempts.date_local) as date_local,
        {%- for name in [
            'in_service', 'available', 'occupied', 'reserved', 'faulted', 'unavailable', 'unknown',
        ] %}
        coalesce(port_days.{{ name }}_seconds, 0) as {{ name }}_seconds,
        {%- endfor %}
        coalesce(attempts.start_attempts, 0) as start_attempts,
        coalesce(attempts.failed_attempts, 0) as failed_attempts
    from port_days
    full outer join attempts
        on
            port_days.port_id = attempts.port_id
            and port_days.date_local = attempts.date_local

),

final as (

    select
        ports.station_id,
        days.port_id,
        days.date_local,
        {{ minutes('days.in_service_seconds') }} as in_service_minutes,
        {{ minutes('days.in_service_seconds - days.unknown_seconds') }} as observed_minutes,
        {{ minutes('days.available_seconds') }} as available_minutes,
        {{ minutes('days.occupied_seconds') }} as occupied_minutes,
        {{ minutes('days.reserved_seconds') }} as reserved_minutes,
        {{ minutes('days.faulted_seconds') }} as faulted_minutes,
        {{ minutes('days.unavailable_seconds') }} as unavailable_minutes,
        {{ minutes('days.unknown_seconds') }} as unknown_minutes,
        {{ ratio(
            'days.available_seconds + days.occupied_seconds + days.reserved_seconds',
            'days.in_service_seconds - days.unknown_seconds'
        ) }} as availability_ratio,
        days.start_attempts,
        days.failed_attempts,
        {{ ratio('days.start_attempts - days.failed_attempts', 'days.start_attempts') }}
            as start_success_ratio
    from days
    inner join ports on days.port_id = ports.port_id

)

select * from final
