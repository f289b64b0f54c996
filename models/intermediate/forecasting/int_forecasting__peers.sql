-- What a newcomer is compared with: at each origin the stations of the network that have reported
-- for a week and still do, each as it was known at the last of its own midnights.
with levels as (

    select * from {{ ref('int_forecasting__origin_levels') }}
    where level = 'station'

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}
    where level = 'station'

),

instants as (

    select distinct
        source_system,
        origin_ts_utc
    from levels

),

reporting as (

    select
        levels.source_system,
        levels.series_id,
        levels.origin_ts_utc,
        levels.day_number,
        levels.mean_672h_kwh,
        members.site_type,
        members.power_class,
        members.port_count
    from levels
    inner join members on levels.series_id = members.series_id
    where
        levels.history_hours >= 168
        and {{ seconds_between('levels.data_cutoff_ts_utc', 'levels.origin_ts_utc') }} < 86400
        and levels.mean_672h_kwh > 0

),

-- A day lasts 25 hours at most, so each station has had a midnight in the last 25.
earlier as (

    select
        instants.source_system,
        instants.origin_ts_utc,
        reporting.series_id,
        reporting.day_number,
        reporting.mean_672h_kwh,
        reporting.site_type,
        reporting.power_class,
        reporting.mean_672h_kwh / nullif(reporting.port_count, 0) as mean_per_port_kwh,
        row_number() over (
            partition by
                instants.source_system, instants.origin_ts_utc, reporting.series_id
            order by reporting.origin_ts_utc desc
        ) as recency
    from instants
    inner join reporting
        on
            instants.source_system = reporting.source_system
            and instants.origin_ts_utc >= reporting.origin_ts_utc
            and {{ add_seconds('instants.origin_ts_utc', -25 * 3600) }} < reporting.origin_ts_utc

),

final as (

    select
        source_system,
        origin_ts_utc,
        series_id,
        day_number,
        mean_672h_kwh,
        mean_per_port_kwh,
        site_type,
        power_class
    from earlier
    where recency = 1

)

select * from final
