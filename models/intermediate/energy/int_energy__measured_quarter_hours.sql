{%- set among = among_touched('int_energy__measured_quarter_hours', 'session_id') -%}
{%- set read = split_inputs() -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['session_id'],
    'touched': keys_of_changes(['session_id'], read),
    'narrows': dict.fromkeys(read, among),
}}) }}
-- Stretches of measured sessions cut at quarter hours, as int_energy__modelled_quarter_hours cuts
-- the others, and added where several lie in one.
with segments as (

    select * from {{ ref('int_energy__segments') }}
    where split_method in ('METER_VALUES', 'CHARGING_PERIODS')

),

splits as (

    select * from {{ ref('int_energy__splits') }}

),

touched as (

    {{ rows_per_step(
        'segments',
        quarter_hour_start('segment_start_utc'),
        quarter_hour_start('greatest(segment_start_utc, segment_end_utc - interval 1 second)'),
        '15 minute',
        'interval_start_utc'
    ) }}

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
            "least(segment_end_utc, interval_start_utc + interval 15 minute)"
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

added as (

    select
        session_id,
        station_id,
        interval_start_utc,
        cast(sum(micro_kwh) as bigint) as micro_kwh,
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
        ) as idle_seconds,
        min(split_method) as split_method
    from allocated
    group by session_id, station_id, interval_start_utc

),

final as (

    select
        added.*,
        case
            when added.interval_start_utc = {{ quarter_hour_start('splits.started_at_utc') }}
                then splits.outcome
        end as outcome_of_start
    from added
    inner join splits on added.session_id = splits.session_id

)

select * from final
