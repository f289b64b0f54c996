with unknown_sessions as (

    select * from {{ ref('int_forecasting__unknown_sessions') }}

),

metered_energy as (

    select * from {{ ref('int_forecasting__metered_energy') }}

),

quarter_hours as (

    select * from {{ ref('int_energy__session_quarter_hours') }}

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

-- What somebody who already knew how these sessions would end had counted before the origin.
counted as (

    select
        unknown_sessions.origin_ts_utc,
        unknown_sessions.station_id,
        quarter_hours.energy_kwh,
        date_trunc('hour', quarter_hours.interval_start_utc) as hour_start_utc
    from unknown_sessions
    inner join quarter_hours
        on
            unknown_sessions.session_id = quarter_hours.session_id
            and unknown_sessions.origin_ts_utc > quarter_hours.interval_start_utc

),

-- What their meters had told by then was known to everybody, also of sessions that never ended.
differences as (

    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        energy_kwh
    from counted
    union all
    select
        origin_ts_utc,
        station_id,
        hour_start_utc,
        -energy_kwh as energy_kwh
    from metered_energy

),

series_hours as (

    select
        differences.origin_ts_utc,
        members.series_id,
        differences.hour_start_utc,
        cast(sum(differences.energy_kwh) as decimal(18, 6)) as energy_kwh
    from differences
    inner join members on differences.station_id = members.station_id
    group by differences.origin_ts_utc, members.series_id, differences.hour_start_utc

),

final as (

    select
        series_hours.origin_ts_utc,
        series_hours.series_id,
        series_hours.hour_start_utc,
        demand.day_number,
        demand.hour_of_day,
        demand.day_type,
        series_hours.energy_kwh,
        case when demand.energy_kwh > 0 then 1 else 0 end
        - case when demand.energy_kwh > series_hours.energy_kwh then 1 else 0 end
            as hidden_active_hours
    from series_hours
    inner join demand
        on
            series_hours.series_id = demand.series_id
            and series_hours.hour_start_utc = demand.hour_start_utc
    where
        demand.energy_kwh is not null
        and series_hours.energy_kwh != 0

)

select * from final
