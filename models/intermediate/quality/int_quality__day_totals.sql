-- What a reader of the published marts may have added up and reported: the totals of a station's
-- local day. A day that is unknown has NULL.
with hours as (

    select * from {{ ref('fct_energy_hourly_local') }}

),

revenue as (

    select * from {{ ref('fct_revenue_daily') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

feed_windows as (

    select * from {{ ref('int_sessions__feed_windows') }}

),

last_days as (

    select
        source_system,
        max(last_date_local) as last_date_local
    from feed_windows
    group by source_system

),

station_days as (

    select
        station_id,
        date_local,
        sum(energy_kwh) as energy_kwh,
        sum(sessions_started) as sessions_started,
        {{ any_true('is_feed_complete or energy_kwh <> 0 or sessions_started > 0') }} as is_known
    from hours
    group by station_id, date_local

),

measured as (

    select
        station_id,
        date_local,
        'energy_kwh' as measure,
        'kWh' as unit,
        cast(case when is_known then energy_kwh end as decimal(18, 6)) as day_total
    from station_days
    union all
    select
        station_id,
        date_local,
        'sessions_started' as measure,
        'session' as unit,
        cast(case when is_known then sessions_started end as decimal(18, 6)) as day_total
    from station_days
    union all
    select
        station_id,
        date_local,
        'revenue_amount' as measure,
        currency as unit,
        cast(revenue_amount as decimal(18, 6)) as day_total
    from revenue
    where revenue_amount is not null

),

final as (

    select
        stations.source_system,
        measured.station_id,
        measured.date_local,
        measured.measure,
        measured.unit,
        measured.day_total,
        coalesce(measured.date_local >= last_days.last_date_local, false) as is_partial
    from measured
    inner join stations on measured.station_id = stations.station_id
    left join last_days on stations.source_system = last_days.source_system

)

select * from final
