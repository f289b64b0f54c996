-- Protects each session: its quarter hours are all that it touches and no other, they hold exactly
-- its energy and its seconds, connected and idle, 0 to 900 in each, and energy of its sign alone;
-- unknown in the session is unknown in its parts.
with sessions as (

    select
        *,
        {{ quarter_hour_start('started_at_utc') }} as first_interval_utc,
        {{ quarter_hour_start("greatest(started_at_utc, ended_at_utc - interval 1 second)") }}
            as last_interval_utc
    from {{ ref('int_sessions__accepted') }}

),

parts as (

    select
        session_id,
        count(*) as parts,
        min(interval_start_utc) as first_interval_utc,
        max(interval_start_utc) as last_interval_utc,
        sum(micro_kwh) as micro_kwh,
        min(micro_kwh) as least_micro_kwh,
        max(micro_kwh) as most_micro_kwh,
        sum(connected_seconds) as connected_seconds,
        min(connected_seconds) as least_connected_seconds,
        max(connected_seconds) as most_connected_seconds,
        sum(idle_seconds) as idle_seconds
    from {{ ref('int_energy__session_quarter_hours') }}
    group by session_id

),

compared as (

    select
        sessions.session_id,
        parts.parts,
        {{ integer_divide(
            seconds_between('sessions.first_interval_utc', 'sessions.last_interval_utc'), 900
        ) }} + 1 as expected_parts,
        sessions.first_interval_utc,
        sessions.last_interval_utc,
        parts.first_interval_utc as first_part_utc,
        parts.last_interval_utc as last_part_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as micro_kwh,
        parts.micro_kwh as parts_micro_kwh,
        parts.least_micro_kwh,
        parts.most_micro_kwh,
        sessions.connected_seconds,
        parts.connected_seconds as parts_connected_seconds,
        parts.least_connected_seconds,
        parts.most_connected_seconds,
        sessions.idle_seconds,
        parts.idle_seconds as parts_idle_seconds
    from sessions
    full outer join parts on sessions.session_id = parts.session_id

),

final as (

    select * from compared
    where
        parts is distinct from expected_parts
        or first_part_utc <> first_interval_utc
        or last_part_utc <> last_interval_utc
        or micro_kwh <> parts_micro_kwh
        or (micro_kwh >= 0 and least_micro_kwh < 0)
        or (micro_kwh <= 0 and most_micro_kwh > 0)
        or connected_seconds <> parts_connected_seconds
        or least_connected_seconds < 0
        or most_connected_seconds > 900
        or idle_seconds is distinct from parts_idle_seconds

)

select * from final
