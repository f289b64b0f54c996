-- Integer cumulative energy at each boundary, differenced: the parts add up to the whole exactly,
-- whatever the rounding of a single part. Source of the rule: decision 5 of the architecture.
with segments as (

    select * from {{ ref('int_energy__segments') }}

),

touched as (

    select
        *,
        {{ unnest_steps(
            quarter_hour_start('segment_start_utc'),
            quarter_hour_start(
                "greatest(segment_start_utc, segment_end_utc - interval '1 second')"
            ),
            '15 minutes'
        ) }} as interval_start_utc
    from segments

),

clipped as (

    select
        *,
        {{ seconds_between('segment_start_utc', 'segment_end_utc') }} as segment_seconds,
        {{ seconds_between(
            'segment_start_utc', 'greatest(segment_start_utc, interval_start_utc)'
        ) }} as from_second,
        {{ seconds_between(
            'segment_start_utc',
            "least(segment_end_utc, interval_start_utc + interval '15 minutes')"
        ) }} as to_second
    from touched

),

allocated as (

    select
        session_id,
        station_id,
        split_method,
        is_charging,
        is_idle_known,
        interval_start_utc,
        to_second - from_second as seconds,
        case
            when segment_seconds = 0 then micro_kwh
            else
                {{ integer_divide('micro_kwh * to_second', 'segment_seconds') }}
                - {{ integer_divide('micro_kwh * from_second', 'segment_seconds') }}
        end as micro_kwh
    from clipped

),

final as (

    select
        session_id,
        station_id,
        interval_start_utc,
        min(split_method) as split_method,
        min(split_method) in ('METER_VALUES', 'CHARGING_PERIODS') as is_measured,
        {{ from_micro_kwh('sum(micro_kwh)') }} as energy_kwh,
        cast(sum(seconds) as bigint) as connected_seconds,
        cast(sum(case when is_charging then seconds when not is_charging then 0 end) as bigint)
            as charging_seconds,
        cast(
            sum(
                case
                    when is_idle_known and not is_charging then seconds
                    when is_idle_known then 0
                end
            ) as bigint
        ) as idle_seconds
    from allocated
    group by session_id, station_id, interval_start_utc

)

select * from final
