-- Protects money: for every station and currency the days hold what the sessions hold, and no
-- currency takes from another.
with sessions as (

    select
        station_id,
        coalesce(currency, 'XXX') as currency,
        sum(revenue_amount) as revenue_amount,
        sum(tax_amount) as tax_amount,
        count(*) as session_count
    from {{ ref('fct_charging_sessions') }}
    group by station_id, coalesce(currency, 'XXX')

),

days as (

    select
        station_id,
        currency,
        sum(revenue_amount) as revenue_amount,
        sum(tax_amount) as tax_amount,
        sum(sessions_ended) as session_count
    from {{ ref('fct_revenue_daily') }}
    group by station_id, currency

),

final as (

    select
        sessions.revenue_amount,
        days.revenue_amount as daily_revenue_amount,
        coalesce(sessions.station_id, days.station_id) as station_id,
        coalesce(sessions.currency, days.currency) as currency
    from sessions
    full outer join days
        on sessions.station_id = days.station_id and sessions.currency = days.currency
    where
        sessions.revenue_amount is distinct from days.revenue_amount
        or sessions.tax_amount is distinct from days.tax_amount
        or sessions.session_count is distinct from days.session_count

)

select * from final
