-- One script an engine, as its users would write it: a common one would be slow on each.
-- The facts as Spark likes them: quarter hours by an exploded sequence, energy in whole micro-kWh.
-- `stations`, `connectors` and `sessions` are views of the landed files, as are the facts once
-- written; the session's time zone is UTC.

create temporary view fct_charging_sessions as
with rows as (
    select
        session_id,
        connector_id,
        cast(started_at_utc as timestamp) as started_at_utc,
        cast(ended_at_utc as timestamp) as ended_at_utc,
        cast(charging_ended_at_utc as timestamp) as charging_ended_at_utc,
        cast(energy_kwh as decimal(18, 6)) as energy_kwh,
        cast(revenue_amount as decimal(18, 4)) as revenue_amount,
        cast(tax_amount as decimal(18, 4)) as tax_amount,
        currency, payment_method, driver_key, stop_reason
    from sessions
    where ended_at_utc is not null
),
timed as (
    select
        *,
        unix_seconds(ended_at_utc) - unix_seconds(started_at_utc) as connected_seconds,
        unix_seconds(charging_ended_at_utc) - unix_seconds(started_at_utc) as charging_seconds
    from rows
)
select
    session_id as native_session_id,
    'native:' || connectors.station_id as station_id,
    'native:' || connectors.port_id as port_id,
    'native:' || connectors.connector_id as connector_id,
    started_at_utc,
    ended_at_utc,
    charging_ended_at_utc,
    from_utc_timestamp(started_at_utc, time_zone) as started_at_local,
    cast(from_utc_timestamp(started_at_utc, time_zone) as date) as date_local,
    energy_kwh,
    cast(connected_seconds as double) / 60 as connected_minutes,
    cast(charging_seconds as double) / 60 as charging_minutes,
    cast(connected_seconds - charging_seconds as double) / 60 as idle_minutes,
    revenue_amount,
    tax_amount,
    currency,
    payment_method,
    driver_key,
    case
        when energy_kwh = 0 then 'NO_ENERGY'
        when stop_reason in ('EmergencyStop', 'PowerLoss', 'HardReset', 'GroundFault')
            then 'FAULT_STOP'
        else 'SUCCESS'
    end as outcome,
    stop_reason,
    case
        when charging_ended_at_utc > started_at_utc then 'CHARGING_WINDOW'
        when energy_kwh > 0 then 'POWER_LIMITED_FROM_START'
        else 'UNIFORM_CONNECTED'
    end as split_method
from timed
inner join connectors using (connector_id)
inner join stations on connectors.station_id = stations.station_id;

create temporary view fct_energy_15min as
with rated as (
    select
        'native:' || connector_id as connector_id,
        cast(cast(rated_kw as decimal(9, 3)) * 1000 as bigint) as watts
    from connectors
),
whole as (
    select
        station_id,
        outcome = 'NO_ENERGY' as is_without_energy,
        unix_seconds(started_at_utc) as first,
        unix_seconds(ended_at_utc) as last,
        unix_seconds(charging_ended_at_utc) as charged,
        cast(energy_kwh * 1000000 as bigint) as micro,
        watts
    from fct_charging_sessions
    inner join rated using (connector_id)
),
placed as (
    select
        *,
        case
            when charged > first then charged
            when micro > 0 then least(last, first + (micro * 18 + 5 * watts - 1) div (5 * watts))
            else last
        end as stop
    from whole
),
touched as (
    select
        *,
        explode(sequence(first div 900, greatest(first, last - 1) div 900)) as quarter
    from placed
),
clipped as (
    select
        *,
        greatest(first, quarter * 900) as begins,
        least(last, quarter * 900 + 900) as ends
    from touched
),
parts as (
    select
        station_id,
        quarter,
        quarter = first div 900 as is_start,
        is_without_energy,
        charged is not null as is_known,
        charged > first as is_charging,
        ends - begins as seconds,
        greatest(least(ends, stop) - begins, 0) as drawn,
        case
            when stop = first then case when quarter = first div 900 then micro else 0 end
            else micro * (least(ends, stop) - first) div (stop - first)
                - micro * (least(begins, stop) - first) div (stop - first)
        end as micro
    from clipped
)
select
    station_id,
    timestamp_seconds(quarter * 900) as interval_start_utc,
    cast(cast(sum(micro) as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
        as energy_kwh,
    cast(sum(seconds) as double) / 60 as connected_minutes,
    count(*) as active_sessions,
    count_if(is_start) as sessions_started,
    count_if(is_start and is_without_energy) as zero_energy_sessions,
    sum(seconds) as connected_seconds,
    sum(case when is_charging then drawn else 0 end) filter (where is_known) as charging_seconds,
    sum(case when is_charging then seconds - drawn else seconds end) filter (where is_known)
        as idle_seconds,
    coalesce(sum(seconds) filter (where is_known), 0) as charging_known_seconds
from parts
group by station_id, quarter;

create temporary view fct_energy_hourly as
with starts as (
    select
        cast(from_utc_timestamp(cast(started_at_utc as timestamp), time_zone) as date)
            as date_local
    from sessions
    inner join connectors using (connector_id)
    inner join stations on connectors.station_id = stations.station_id
),
window_of_feed as (
    select min(date_local) as first_date, max(date_local) as last_date
    from starts
),
service as (
    select
        'native:' || station_id as station_id,
        to_utc_timestamp(
            cast(greatest(cast(opened_on as date), first_date) as timestamp), time_zone
        ) as from_utc,
        to_utc_timestamp(
            cast(
                date_add(least(coalesce(cast(closed_on as date), last_date), last_date), 1)
                as timestamp
            ),
            time_zone
        ) as to_utc
    from stations
    cross join window_of_feed
),
hours as (
    select
        station_id,
        (unix_seconds(from_utc) + 3599) div 3600 as first_hour,
        unix_seconds(to_utc) div 3600 - 1 as last_hour
    from service
),
complete as (
    select station_id, explode(sequence(first_hour, last_hour)) as hour
    from hours
    where last_hour >= first_hour
),
sums as (
    select
        station_id,
        unix_seconds(interval_start_utc) div 3600 as hour,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
        sum(sessions_started) as sessions_started,
        sum(connected_seconds) as connected_seconds
    from fct_energy_15min
    group by station_id, unix_seconds(interval_start_utc) div 3600
),
plugged as (
    select
        station_id,
        explode(sequence(
            unix_seconds(started_at_utc) div 3600,
            greatest(unix_seconds(started_at_utc), unix_seconds(ended_at_utc) - 1) div 3600
        )) as hour
    from fct_charging_sessions
),
activity as (
    select station_id, hour, count(*) as active_sessions
    from plugged
    group by station_id, hour
)
select
    station_id,
    timestamp_seconds(hour * 3600) as hour_start_utc,
    coalesce(energy_kwh, 0) as energy_kwh,
    cast(coalesce(connected_seconds, 0) as double) / 60 as connected_minutes,
    coalesce(active_sessions, 0) as active_sessions,
    coalesce(sessions_started, 0) as sessions_started,
    complete_station is not null as is_feed_complete
from (select *, station_id as complete_station from complete)
full join sums using (station_id, hour)
left join activity using (station_id, hour);
