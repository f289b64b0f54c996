-- Protects occupancy: a port is never occupied for longer than its local day lasts.
with stations as (

    select * from {{ ref('dim_stations') }}

),

occupancy as (

    select * from {{ ref('int_stations__port_occupancy') }}

),

final as (

    select
        occupancy.port_id,
        occupancy.date_local,
        occupancy.occupied_seconds
    from occupancy
    inner join stations on occupancy.station_id = stations.station_id
    where
        occupancy.occupied_seconds > {{ seconds_between(
            local_to_utc('cast(occupancy.date_local as timestamp)', 'stations.time_zone'),
            local_to_utc(
                "cast(occupancy.date_local + interval 1 day as timestamp)", 'stations.time_zone'
            )
        ) }}
        or occupancy.occupied_seconds <= 0

)

select * from final
