with stations as (

    select * from {{ ref('dim_stations') }}

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

energy as (

    select * from {{ ref('fct_energy_hourly') }}

),

-- Demand comes by UTC hours, named by what the clock shows when they begin.
local_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}
    where interval_start_utc = hour_start_utc

),

holidays as (

    select * from {{ ref('int_calendar__holidays') }}

),

feed_bounds as (

    select
        stations.source_system,
        min(energy.hour_start_utc) as first_hour_utc
    from energy
    inner join stations on energy.station_id = stations.station_id
    group by stations.source_system

),

-- Hours in which a station was surely in service. Its first and last day are left to the feed:
-- the dates do not say at which hour it opened.
expected_hours as (

    select
        stations.station_id,
        local_hours.hour_start_utc
    from stations
    inner join feed_bounds on stations.source_system = feed_bounds.source_system
    inner join local_hours
        on
            stations.time_zone = local_hours.time_zone
            and feed_bounds.first_hour_utc <= local_hours.hour_start_utc
            and stations.in_service_from < local_hours.date_local
            and (
                stations.in_service_to is null
                or stations.in_service_to > local_hours.date_local
            )

),

station_hours as (

    select
        energy.energy_kwh,
        coalesce(energy.station_id, expected_hours.station_id) as station_id,
        coalesce(energy.hour_start_utc, expected_hours.hour_start_utc) as hour_start_utc,
        coalesce(energy.is_feed_complete, false) as is_known
    from expected_hours
    full outer join energy
        on
            expected_hours.station_id = energy.station_id
            and expected_hours.hour_start_utc = energy.hour_start_utc

),

-- One station without feed makes the sum unknown, not smaller.
observed as (

    select
        members.series_id,
        members.source_system,
        members.level,
        members.time_zone,
        members.country_code,
        members.region,
        station_hours.hour_start_utc,
        cast(
            case
                when min(case when station_hours.is_known then 1 else 0 end) = 1
                    then sum(station_hours.energy_kwh)
            end as decimal(18, 6)
        ) as energy_kwh,
        cast(count(*) as bigint) as stations_in_service
    from members
    inner join station_hours on members.station_id = station_hours.station_id
    group by
        members.series_id,
        members.source_system,
        members.level,
        members.time_zone,
        members.country_code,
        members.region,
        station_hours.hour_start_utc

),

spans as (

    select
        series_id,
        source_system,
        level,
        time_zone,
        country_code,
        region,
        min(hour_start_utc) as first_hour_utc,
        {{ add_seconds('max(hour_start_utc)', 3600) }} as known_until_utc
    from observed
    where energy_kwh is not null
    group by series_id, source_system, level, time_zone, country_code, region

),

-- A series that fell silent two days before its network did is not in service any more: its
-- spine ends with its last day. The others run on to the end of the week that is to be forecast.
statuses as (

    select
        series_id,
        known_until_utc,
        {{ add_seconds('known_until_utc', 2 * 86400) }}
        >= max(known_until_utc) over (partition by source_system) as is_in_service
    from spans

),

last_hours as (

    select
        series_id,
        case when is_in_service then 6 else 0 end as days_beyond,
        case
            when is_in_service then known_until_utc
            else {{ add_seconds('known_until_utc', -3600) }}
        end as last_hour_utc
    from statuses

),

last_days as (

    select
        spans.series_id,
        last_hours.days_beyond,
        {{ day_number('local_hours.date_local') }} as last_origin_day
    from spans
    inner join last_hours on spans.series_id = last_hours.series_id
    inner join local_hours
        on
            spans.time_zone = local_hours.time_zone
            and last_hours.last_hour_utc = local_hours.hour_start_utc

),

spine as (

    select
        spans.series_id,
        spans.source_system,
        spans.level,
        spans.country_code,
        spans.region,
        spans.known_until_utc,
        last_days.last_origin_day,
        local_hours.hour_start_utc,
        local_hours.date_local,
        local_hours.hour_of_day
    from spans
    inner join last_days on spans.series_id = last_days.series_id
    inner join local_hours
        on
            spans.time_zone = local_hours.time_zone
            and spans.first_hour_utc <= local_hours.hour_start_utc
            and last_days.last_origin_day + last_days.days_beyond
            >= {{ day_number('local_hours.date_local') }}

),

dated as (

    select
        spine.series_id,
        spine.source_system,
        spine.level,
        spine.hour_start_utc,
        spine.date_local,
        spine.hour_of_day,
        observed.energy_kwh,
        observed.stations_in_service,
        {{ day_number('spine.date_local') }} as day_number,
        {{ day_type('spine.date_local', 'holidays.holiday_name') }} as day_type,
        spine.hour_start_utc >= spine.known_until_utc as is_future,
        {{ day_number('spine.date_local') }} <= spine.last_origin_day as may_be_origin
    from spine
    left join observed
        on
            spine.series_id = observed.series_id
            and spine.hour_start_utc = observed.hour_start_utc
    left join holidays
        on
            spine.country_code = holidays.country_code
            and coalesce(spine.region, '') = holidays.region
            and spine.date_local = holidays.date_local

),

-- Each day is forecast from its first hour; the day the feed began on has no midnight behind it.
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
        case
            when may_be_origin and day_number > min(day_number) over (partition by series_id)
                then min(hour_start_utc) over (partition by series_id, day_number)
        end as origin_ts_utc
    from dated

)

select * from final
