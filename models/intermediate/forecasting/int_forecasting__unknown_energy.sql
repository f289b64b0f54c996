with unrecorded_energy as (

    select * from {{ ref('int_forecasting__unrecorded_energy') }}

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

series_hours as (

    select
        unrecorded_energy.origin_ts_utc,
        members.series_id,
        unrecorded_energy.hour_start_utc,
        cast(sum(unrecorded_energy.energy_kwh) as decimal(18, 6)) as energy_kwh
    from unrecorded_energy
    inner join members on unrecorded_energy.station_id = members.station_id
    group by unrecorded_energy.origin_ts_utc, members.series_id, unrecorded_energy.hour_start_utc

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
