with members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

station_hours as (

    select * from {{ ref('int_forecasting__station_hours') }}

),

sums as (

    select
        members.series_id,
        members.source_system,
        members.level,
        members.time_zone,
        members.country_code,
        members.region,
        members.opened_on,
        members.closed_on,
        station_hours.hour_start_utc,
        cast(sum(station_hours.energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(count(*) as bigint) as stations_in_service,
        count(case when station_hours.is_known then 1 end) as known_stations,
        count(case when station_hours.is_imputed then 1 end) as imputed_stations,
        count(case when station_hours.is_outage then 1 end) as stations_out,
        count(case when station_hours.is_flat_line then 1 end) as flat_stations,
        count(case when station_hours.energy_kwh > 0 then 1 end) as active_stations
    from members
    inner join station_hours on members.station_id = station_hours.station_id
    group by
        members.series_id,
        members.source_system,
        members.level,
        members.time_zone,
        members.country_code,
        members.region,
        members.opened_on,
        members.closed_on,
        station_hours.hour_start_utc

),

-- One station without feed makes the sum unknown, not smaller. One stuck meter or dead station
-- among others leaves a sum that can still be learned from.
final as (

    select
        series_id,
        source_system,
        level,
        time_zone,
        country_code,
        region,
        opened_on,
        closed_on,
        hour_start_utc,
        stations_in_service,
        case when known_stations = stations_in_service then energy_kwh end as energy_kwh,
        imputed_stations > 0 as is_imputed,
        stations_out = stations_in_service as is_outage,
        flat_stations > 0 and flat_stations = active_stations as is_flat_line
    from sums

)

select * from final
