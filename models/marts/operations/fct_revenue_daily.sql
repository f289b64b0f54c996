{%- set on_days = [('fct_charging_sessions', 'ended_at_utc')] -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['station_id', 'date_local'],
    'touched': days_of_changes(on_days, 'date_local', 1)
        ~ " union " ~ days_of_changed_stations('operations.fct_revenue_daily'),
    'narrows': narrowed_to_days('fct_revenue_daily', on_days, 'date_local', 1),
}}) }}
with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

billed as (

    select
        sessions.station_id,
        cast({{ utc_to_local('sessions.ended_at_utc', 'stations.time_zone') }} as date)
            as date_local,
        sessions.revenue_amount,
        sessions.tax_amount,
        sessions.energy_kwh,
        coalesce(sessions.currency, 'XXX') as currency
    from sessions
    inner join stations on sessions.station_id = stations.station_id

),

final as (

    select
        station_id,
        date_local,
        currency,
        cast(sum(revenue_amount) as decimal(18, 4)) as revenue_amount,
        cast(sum(tax_amount) as decimal(18, 4)) as tax_amount,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        count(*) as sessions_ended
    from billed
    group by station_id, date_local, currency

)

select * from final
