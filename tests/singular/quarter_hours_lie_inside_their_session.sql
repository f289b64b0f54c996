-- Protects the placing of energy: every quarter hour belongs to an accepted session, overlaps it
-- (the start's own quarter hour for a session in no time) and has the sign of its energy.
with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

final as (

    select
        quarter_hours.session_id,
        quarter_hours.interval_start_utc,
        quarter_hours.energy_kwh,
        sessions.started_at_utc,
        sessions.ended_at_utc
    from quarter_hours
    left join sessions on quarter_hours.session_id = sessions.session_id
    where
        sessions.session_id is null
        or quarter_hours.interval_start_utc < {{ quarter_hour_start('sessions.started_at_utc') }}
        or (
            quarter_hours.interval_start_utc >= sessions.ended_at_utc
            and quarter_hours.interval_start_utc > sessions.started_at_utc
        )
        or quarter_hours.energy_kwh * sessions.energy_kwh < 0

)

select * from final
