-- Stretches of time in which a charge point was heard of often enough to know that it was online:
-- three heartbeat intervals, or the var where no boot told the interval.
with messages as (

    select * from {{ ref('stg_ocpp__messages') }}
    where parse_error is null

),

calls as (

    select * from {{ ref('int_ocpp__calls') }}

),

limits as (

    select
        source_system,
        charge_point_id,
        3 * max(heartbeat_seconds) as silence_seconds
    from calls
    where heartbeat_seconds between 1 and 86400
    group by source_system, charge_point_id

),

heard as (

    select distinct
        source_system,
        charge_point_id,
        {{ truncated('second', 'logged_at_utc') }} as heard_at_utc
    from messages

),

spaced as (

    select
        heard.*,
        coalesce(limits.silence_seconds, {{ var('ecocharge_silence_seconds') }})
            as silence_seconds,
        lag(heard.heard_at_utc) over (
            partition by heard.source_system, heard.charge_point_id
            order by heard.heard_at_utc
        ) as heard_before_utc
    from heard
    left join limits
        on
            heard.source_system = limits.source_system
            and heard.charge_point_id = limits.charge_point_id

),

numbered as (

    select
        *,
        sum(
            case
                when
                    {{ seconds_between('heard_before_utc', 'heard_at_utc') }} <= silence_seconds
                    then 0
                else 1
            end
        ) over (
            partition by source_system, charge_point_id
            order by heard_at_utc
            rows between unbounded preceding and current row
        ) as window_number
    from spaced

),

final as (

    select
        source_system,
        charge_point_id,
        cast(window_number as bigint) as window_number,
        min(heard_at_utc) as heard_from_utc,
        max(heard_at_utc) as heard_to_utc
    from numbered
    group by source_system, charge_point_id, window_number

)

select * from final
