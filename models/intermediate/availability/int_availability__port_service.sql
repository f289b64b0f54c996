-- When each port was in service: while its station's feed is complete, or its charger's log runs,
-- and never outside the dates declared for the charger.
with connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

service_hours as (

    select * from {{ ref('int_stations__service_hours') }}
    where is_feed_complete

),

charger_service as (

    select * from {{ ref('int_ocpp__charger_service') }}

),

ports as (

    select distinct
        connectors.source_system,
        connectors.station_id,
        connectors.port_id,
        charger_service.heard_from_utc,
        charger_service.heard_to_utc,
        charger_service.commissioned_at_utc,
        charger_service.decommissioned_at_utc
    from connectors
    left join charger_service
        on
            connectors.source_system = charger_service.source_system
            and connectors.native_charger_id = charger_service.native_charger_id

),

numbered_hours as (

    select
        station_id,
        hour_start_utc,
        {{ seconds_between("timestamp '1970-01-01 00:00:00'", 'hour_start_utc') }}
        - 3600 * row_number() over (
            partition by station_id
            order by hour_start_utc
        ) as run
    from service_hours

),

hour_runs as (

    select
        station_id,
        min(hour_start_utc) as run_from_utc,
        max(hour_start_utc) + interval 1 hour as run_to_utc
    from numbered_hours
    group by station_id, run

),

known as (

    select
        ports.port_id,
        ports.station_id,
        ports.commissioned_at_utc,
        ports.decommissioned_at_utc,
        hour_runs.run_from_utc,
        hour_runs.run_to_utc
    from ports
    inner join hour_runs on ports.station_id = hour_runs.station_id
    union all
    select
        port_id,
        station_id,
        commissioned_at_utc,
        decommissioned_at_utc,
        heard_from_utc as run_from_utc,
        heard_to_utc as run_to_utc
    from ports
    where heard_from_utc is not null

),

-- A log may run exactly as long as the feed: the same stretch told twice is one.
clipped as (

    select distinct
        port_id,
        station_id,
        greatest(run_from_utc, coalesce(commissioned_at_utc, run_from_utc)) as run_from_utc,
        least(run_to_utc, coalesce(decommissioned_at_utc, run_to_utc)) as run_to_utc
    from known

),

reached as (

    select
        *,
        max(run_to_utc) over (
            partition by port_id
            order by run_from_utc, run_to_utc
            rows between unbounded preceding and 1 preceding
        ) as reached_utc
    from clipped
    where run_from_utc < run_to_utc

),

stretches as (

    select
        *,
        sum(case when run_from_utc <= reached_utc then 0 else 1 end) over (
            partition by port_id
            order by run_from_utc, run_to_utc
            rows between unbounded preceding and current row
        ) as stretch_number
    from reached

),

final as (

    select
        port_id,
        station_id,
        cast(stretch_number as bigint) as stretch_number,
        min(run_from_utc) as service_from_utc,
        max(run_to_utc) as service_to_utc,
        cast(
            {{ seconds_between('min(run_from_utc)', 'max(run_to_utc)') }} as bigint
        ) as service_seconds
    from stretches
    group by port_id, station_id, stretch_number

)

select * from final
