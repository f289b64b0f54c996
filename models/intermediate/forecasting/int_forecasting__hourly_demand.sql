with spine as (

    select * from {{ ref('int_forecasting__spine') }}

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

dated as (

    select
        spine.*,
        {{ day_type('spine.date_local', 'holidays.holiday_name') }} as day_type,
        min(spine.day_number) over (partition by spine.series_id) as first_day
    from spine
    left join holidays
        on
            spine.country_code = holidays.country_code
            and coalesce(spine.region, '') = holidays.region
            and spine.date_local = holidays.date_local

),

-- Each day is forecast from its first hour. The day a series began on has no midnight behind it,
-- unless it is the announced opening of a station.
final as (

    select
        series_id,
        source_system,
        level,
        hour_start_utc,
        date_local,
        day_number,
        hour_of_day,
        day_type,
        energy_kwh,
        is_future,
        coalesce(stations_in_service, 0) as stations_in_service,
        coalesce(is_imputed, false) as is_imputed,
        coalesce(is_outage, false) or (energy_kwh is null and not is_future) as is_outage,
        coalesce(is_flat_line, false) as is_flat_line,
        case
            when may_be_origin and (day_number > first_day or date_local = opened_on)
                then min(hour_start_utc) over (partition by series_id, day_number)
        end as origin_ts_utc
    from dated

)

select * from final
