-- Protects each session: its quarter hours hold exactly its energy and its seconds, connected,
-- charging and idle; unknown in the session is unknown in its parts.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

quarter_hours as (

    select
        session_id,
        sum(energy_kwh) as energy_kwh,
        sum(connected_seconds) as connected_seconds,
        sum(idle_seconds) as idle_seconds
    from {{ ref('int_energy__session_quarter_hours') }}
    group by session_id

),

final as (

    select
        sessions.session_id,
        sessions.energy_kwh,
        quarter_hours.energy_kwh as parts_kwh,
        sessions.connected_seconds,
        quarter_hours.connected_seconds as parts_connected_seconds,
        sessions.idle_seconds,
        quarter_hours.idle_seconds as parts_idle_seconds
    from sessions
    left join quarter_hours on sessions.session_id = quarter_hours.session_id
    where
        quarter_hours.session_id is null
        or sessions.energy_kwh <> quarter_hours.energy_kwh
        or sessions.connected_seconds <> quarter_hours.connected_seconds
        or sessions.idle_seconds is distinct from quarter_hours.idle_seconds

)

select * from final
