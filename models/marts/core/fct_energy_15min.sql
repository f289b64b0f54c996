with session_quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

parts as (

    select
        session_quarter_hours.*,
        case
            when
                session_quarter_hours.interval_start_utc
                = {{ quarter_hour_start('sessions.started_at_utc') }}
                then sessions.outcome
        end as outcome_of_start
    from session_quarter_hours
    inner join sessions on session_quarter_hours.session_id = sessions.session_id

),

sums as (

    select
        station_id,
        interval_start_utc,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(
            sum(case when is_measured then energy_kwh else 0 end) as decimal(18, 6)
        ) as measured_energy_kwh,
        cast(sum(connected_seconds) as bigint) as connected_seconds,
        cast(sum(charging_seconds) as bigint) as charging_seconds,
        cast(sum(idle_seconds) as bigint) as idle_seconds,
        cast(
            sum(case when idle_seconds is not null then connected_seconds else 0 end) as bigint
        ) as charging_known_seconds,
        count(*) as active_sessions,
        count(outcome_of_start) as sessions_started,
        count(case when outcome_of_start = 'NO_ENERGY' then 1 end) as zero_energy_sessions
    from parts
    group by station_id, interval_start_utc

),

final as (

    select
        station_id,
        interval_start_utc,
        energy_kwh,
        measured_energy_kwh,
        {{ minutes('connected_seconds') }} as connected_minutes,
        active_sessions,
        sessions_started,
        zero_energy_sessions,
        connected_seconds,
        charging_seconds,
        idle_seconds,
        charging_known_seconds
    from sums

)

select * from final
