{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Readings shorter than an hour are averaged; an hour that they do not cover whole has no factor.
with readings as (

    select * from {{ ref('int_grid__readings') }}

),

-- A later release of the same set corrects an earlier one.
versions as (

    select
        *,
        row_number() over (
            partition by factor_set_id, grid_zone, interval_start_utc
            order by
                exported_on desc nulls last,
                g_co2_per_kwh desc,
                renewable_ratio desc nulls last,
                factor_method asc,
                interval_seconds asc
        ) as version_rank
    from readings
    where reading_state = 'USABLE'

),

hourly as (

    select
        factor_set_id,
        factor_source,
        factor_vintage,
        preference,
        grid_zone,
        {{ truncated('hour', 'interval_start_utc') }} as hour_start_utc,
        cast(sum(g_co2_per_kwh * interval_seconds) / sum(interval_seconds) as decimal(9, 3))
            as g_co2_per_kwh,
        case
            when count(renewable_ratio) = count(*)
                then cast(
                    sum(renewable_ratio * interval_seconds) / sum(interval_seconds)
                    as decimal(9, 6)
                )
        end as renewable_ratio,
        {{ sorted_text_list('factor_method') }} as factor_method
    from versions
    where version_rank = 1
    group by
        factor_set_id,
        factor_source,
        factor_vintage,
        preference,
        grid_zone,
        {{ truncated('hour', 'interval_start_utc') }}
    having sum(interval_seconds) >= 3600

),

ranked as (

    select
        *,
        row_number() over (
            partition by grid_zone, hour_start_utc
            order by preference asc, factor_vintage desc, factor_set_id asc
        ) as set_rank
    from hourly

),

final as (

    select
        grid_zone,
        hour_start_utc,
        g_co2_per_kwh,
        renewable_ratio,
        factor_set_id,
        factor_source,
        factor_vintage,
        factor_method
    from ranked
    where set_rank = 1

)

select * from final
