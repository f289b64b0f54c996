with quarter_hours as (

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
        {{ minutes('sum(connected_seconds)') }} as connected_minutes,
        {{ minutes('sum(charging_seconds)') }} as charging_minutes,
        {{ minutes('sum(idle_seconds)') }} as idle_minutes,
        {{ minutes('sum(case when idle_seconds is not null then connected_seconds end)') }}
            as charging_known_minutes,
        count(*) as active_sessions
    from quarter_hours
    group by station_id, interval_start_utc

)

select * from final
