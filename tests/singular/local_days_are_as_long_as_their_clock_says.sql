-- Protects the clock-change days: a day between two days of complete feed has as many minutes as
-- its zone gives it, 23 or 25 hours where the clocks change and whatever half-hour zones say.
with stations as (

    select * from {{ ref('dim_stations') }}

),

days as (

    select
        station_id,
        date_local,
        sum(minutes_in_service) as minutes_in_service
    from {{ ref('fct_energy_hourly_local') }}
    where is_feed_complete
    group by station_id, date_local

),

neighbours as (

    select
        *,
        lag(date_local) over (partition by station_id order by date_local) as day_before,
        lead(date_local) over (partition by station_id order by date_local) as day_after
    from days

),

lengths as (

    select
        neighbours.*,
        {{ seconds_between(
            local_to_utc('cast(neighbours.date_local as timestamp)', 'stations.time_zone'),
            local_to_utc(
                "cast(neighbours.date_local + interval 1 day as timestamp)", 'stations.time_zone'
            )
        ) }} / 60 as minutes_of_day
    from neighbours
    inner join stations on neighbours.station_id = stations.station_id

),

final as (

    select * from lengths
    where
        minutes_in_service > minutes_of_day
        or (
            minutes_in_service < minutes_of_day
            and day_before = date_local - interval 1 day
            and day_after = date_local + interval 1 day
        )

)

select * from final
