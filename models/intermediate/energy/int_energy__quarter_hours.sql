with session_quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

final as (

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
        count(*) as active_sessions
    from session_quarter_hours
    group by station_id, interval_start_utc

)

select * from final
