with peers as (

    select * from {{ ref('int_forecasting__peers') }}

),

same_hour_levels as (

    select * from {{ ref('int_forecasting__same_hour_levels') }}

),

-- Of the hour that the clock of an autumn night shows twice, what was known before is the same.
hours as (

    select *
    from same_hour_levels
    qualify row_number() over (
        partition by series_id, day_number, hour_of_day
        order by target_hour_utc
    ) = 1

),

levels as (

    select
        peers.source_system,
        peers.origin_ts_utc,
        hours.hour_of_day,
        {{ double_to_decimal('peers.mean_672h_kwh') }} as level_kwh,
        {{ double_to_decimal(
            'coalesce(hours.hour_weekday_mean_28d_kwh, hours.hour_mean_28d_kwh)'
        ) }} as weekday_kwh,
        {{ double_to_decimal(
            'coalesce(hours.hour_free_day_mean_28d_kwh, hours.hour_mean_28d_kwh)'
        ) }} as free_day_kwh
    from peers
    inner join hours
        on
            peers.series_id = hours.series_id
            and peers.day_number = hours.day_number
    where hours.hour_mean_28d_kwh is not null

),

-- Exact sums: those of floats depend on their order.
final as (

    select
        source_system,
        origin_ts_utc,
        hour_of_day,
        {{ to_double('sum(weekday_kwh)') }} as weekday_kwh,
        {{ to_double('sum(free_day_kwh)') }} as free_day_kwh,
        {{ to_double('sum(level_kwh)') }} as level_kwh,
        count(*) as peer_count
    from levels
    group by source_system, origin_ts_utc, hour_of_day

)

select * from final
