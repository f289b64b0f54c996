-- Where this build differs from what was published last. A value that was unknown when published
-- is no restatement, nor is a day that was not published at all.
with totals as (

    select * from {{ ref('int_quality__day_totals') }}

),

published as (

    select * from {{ ref('stg_ecocharge_publications__days') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by station_id, date_local, measure, unit
            order by generation_id desc
        ) as recency
    from published

),

last_published as (

    select * from ranked
    where recency = 1

),

published_days as (

    select * from last_published
    where measure = 'energy_kwh' and day_total is not null

),

known_days as (

    select
        station_id,
        date_local
    from totals
    where measure = 'energy_kwh' and day_total is not null

),

compared as (

    select
        last_published.day_total as published_value,
        last_published.generation_id,
        last_published.published_at_utc,
        last_published.is_partial,
        totals.day_total as built_value,
        coalesce(last_published.source_system, totals.source_system) as source_system,
        coalesce(last_published.station_id, totals.station_id) as station_id,
        coalesce(last_published.date_local, totals.date_local) as date_local,
        coalesce(last_published.measure, totals.measure) as measure,
        coalesce(last_published.unit, totals.unit) as unit
    from last_published
    full outer join totals
        on
            last_published.station_id = totals.station_id
            and last_published.date_local = totals.date_local
            and last_published.measure = totals.measure
            and last_published.unit = totals.unit

),

-- No row of revenue on a day that is known means that there was none.
filled as (

    select
        compared.source_system,
        compared.station_id,
        compared.date_local,
        compared.measure,
        compared.unit,
        coalesce(
            compared.published_value,
            case
                when compared.measure = 'revenue_amount' and published_days.station_id is not null
                    then 0
            end
        ) as old_value,
        coalesce(
            compared.built_value,
            case
                when compared.measure = 'revenue_amount' and known_days.station_id is not null
                    then 0
            end
        ) as new_value,
        coalesce(compared.is_partial, published_days.is_partial) as was_partial,
        coalesce(compared.generation_id, published_days.generation_id) as published_generation_id,
        coalesce(compared.published_at_utc, published_days.published_at_utc) as published_at_utc
    from compared
    left join published_days
        on
            compared.station_id = published_days.station_id
            and compared.date_local = published_days.date_local
    left join known_days
        on
            compared.station_id = known_days.station_id
            and compared.date_local = known_days.date_local

),

final as (

    select
        source_system,
        station_id,
        date_local,
        measure,
        unit,
        cast(old_value as decimal(18, 6)) as old_value,
        cast(new_value as decimal(18, 6)) as new_value,
        cast(coalesce(new_value, 0) - old_value as decimal(18, 6)) as difference,
        was_partial,
        published_generation_id,
        published_at_utc
    from filled
    where old_value is not null and old_value is distinct from new_value

)

select * from final
