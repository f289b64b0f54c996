{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'month'],
    'touched': months_of_changes('fct_energy_hourly_local')
        ~ " union " ~ months_of_changed_stations('operations.rpt_energy_by_hour_location'),
    'narrows': {'fct_energy_hourly_local': in_touched_months('rpt_energy_by_hour_location')},
}}) }}
with local_hours as (

    select * from {{ ref('fct_energy_hourly_local') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

final as (

    select
        local_hours.station_id,
        stations.station_name,
        stations.city,
        cast({{ truncated('month', 'local_hours.date_local') }} as date) as month,
        min(local_hours.season) as season,
        local_hours.day_type,
        local_hours.hour_of_day,
        cast(sum(local_hours.energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(sum(local_hours.sessions_started) as bigint) as sessions_started,
        count(
            distinct case when local_hours.is_feed_complete then local_hours.date_local end
        ) as days_observed,
        {{ ratio(
            'sum(case when local_hours.is_feed_complete then local_hours.energy_kwh end)',
            'count(distinct case when local_hours.is_feed_complete '
                ~ 'then local_hours.date_local end)'
        ) }} as mean_kwh_per_day
    from local_hours
    inner join stations on local_hours.station_id = stations.station_id
    group by
        local_hours.station_id,
        stations.station_name,
        stations.city,
        {{ truncated('month', 'local_hours.date_local') }},
        local_hours.day_type,
        local_hours.hour_of_day

)

select * from final
