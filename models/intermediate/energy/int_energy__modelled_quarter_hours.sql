-- Integer cumulative energy at each boundary, differenced: the parts add up to the whole exactly,
-- whatever the rounding of a single part. Energy is drawn evenly from the start for as long as
-- int_energy__splits says; energy drawn in no time belongs to the first quarter hour.
with splits as (

    select
        *,
        {{ quarter_hour_start('started_at_utc') }} as first_interval_utc,
        {{ seconds_between(quarter_hour_start('started_at_utc'), 'started_at_utc') }}
            as seconds_into_first
    from {{ ref('int_energy__splits') }}
    where drawing_seconds is not null

),

touched as (

    {{ rows_per_number(
        'splits',
        '0',
        integer_divide('seconds_into_first + greatest(connected_seconds, 1) - 1', 900),
        'step'
    ) }}

),

-- Seconds since the start of the session: the quarter hour has those from one to the other.
clipped as (

    select
        *,
        greatest(900 * step - seconds_into_first, 0) as from_second,
        least(900 * (step + 1) - seconds_into_first, connected_seconds) as to_second
    from touched

),

drawn as (

    select
        *,
        least(from_second, drawing_seconds) as drawn_from,
        least(to_second, drawing_seconds) as drawn_to,
        charging_ended_at_utc > started_at_utc as is_charging
    from clipped

),

final as (

    select
        session_id,
        station_id,
        split_method,
        {{ add_seconds('first_interval_utc', '900 * step') }} as interval_start_utc,
        case when step = 0 then outcome end as outcome_of_start,
        case
            when drawing_seconds > 0
                then
                    {{ integer_divide('micro_kwh * drawn_to', 'drawing_seconds') }}
                    - {{ integer_divide('micro_kwh * drawn_from', 'drawing_seconds') }}
            when step = 0 then micro_kwh
            else 0
        end as micro_kwh,
        to_second - from_second as connected_seconds,
        case when is_charging then drawn_to - drawn_from when not is_charging then 0 end
            as charging_seconds,
        case
            when not is_idle_known then null
            when is_charging then to_second - from_second - drawn_to + drawn_from
            else to_second - from_second
        end as idle_seconds
    from drawn

)

select * from final
