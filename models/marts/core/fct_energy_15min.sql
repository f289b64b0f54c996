with quarter_hours as (

    select * from {{ ref('int_energy__quarter_hours') }}

),

final as (

    select
        station_id,
        interval_start_utc,
        energy_kwh,
        measured_energy_kwh,
        {{ minutes('connected_seconds') }} as connected_minutes,
        active_sessions
    from quarter_hours

)

select * from final
