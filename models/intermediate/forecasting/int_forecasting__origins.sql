with demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

days as (

    select
        series_id,
        source_system,
        level,
        date_local,
        day_number,
        cast(count(*) as bigint) as target_hours,
        min(hour_start_utc) as origin_ts_utc,
        min(day_number) over (partition by series_id) as first_day_number
    from demand
    group by series_id, source_system, level, date_local, day_number

),

-- The day the feed began on has no midnight behind it.
final as (

    select
        series_id,
        source_system,
        level,
        origin_ts_utc,
        date_local,
        day_number,
        target_hours
    from days
    where day_number > first_day_number

)

select * from final
