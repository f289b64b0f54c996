with stations as (

    select * from {{ ref('int_stations__unioned') }}

),

service_hours as (

    select * from {{ ref('int_stations__service_hours') }}

),

zones as (

    select distinct time_zone
    from stations
    where time_zone is not null

),

bounds as (

    select
        min(hour_start_utc) as first_hour_utc,
        {{ add_seconds('max(hour_start_utc)', 2 * 86400 + 7200) }} as last_hour_utc
    from service_hours

),

-- Two days beyond the feed: the forecast of tomorrow needs its hours, 25 of them at most.
hours as (

    select {{ unnest_steps('first_hour_utc', 'last_hour_utc', '1 hour') }} as hour_start_utc
    from bounds

),

local_hours as (

    select
        zones.time_zone,
        hours.hour_start_utc,
        {{ utc_to_local('hours.hour_start_utc', 'zones.time_zone') }} as hour_start_local
    from zones
    cross join hours

),

final as (

    select
        time_zone,
        hour_start_utc,
        cast(hour_start_local as date) as date_local,
        cast(extract('hour' from hour_start_local) as integer) as hour_of_day
    from local_hours

)

select * from final
