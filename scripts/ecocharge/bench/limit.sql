-- The least that DuckDB must do for five marts of a made network: read the landed Parquet, place
-- the energy, add it up. No dbt, no tests, no tables between, and none of the checks that a made
-- network cannot fail. `$landing` is the folder of the native feed; `calendar.holidays` is given.

create schema core;
create schema operations;

create table core.fct_charging_sessions as
with connectors as (
    select
        connector_id as native_connector_id,
        'native:' || station_id as station_id,
        'native:' || port_id as port_id,
        'native:' || connector_id as connector_id,
        cast(rated_kw as decimal(9, 3)) as rated_kw
    from read_parquet('$landing/native_connectors/*.parquet')
),
stations as (
    select 'native:' || station_id as station_id, time_zone
    from read_parquet('$landing/native_stations/*.parquet')
),
rows as (
    select
        session_id as native_session_id,
        connector_id as native_connector_id,
        cast(rtrim(started_at_utc, 'Z') as timestamp) as started_at_utc,
        cast(rtrim(ended_at_utc, 'Z') as timestamp) as ended_at_utc,
        cast(rtrim(charging_ended_at_utc, 'Z') as timestamp) as charging_ended_at_utc,
        cast(energy_kwh as decimal(18, 6)) as energy_kwh,
        cast(revenue_amount as decimal(18, 4)) as revenue_amount,
        cast(tax_amount as decimal(18, 4)) as tax_amount,
        currency, payment_method, driver_key, stop_reason, source_file, source_line, load_id
    from read_parquet('$landing/native_sessions/*.parquet')
    where ended_at_utc is not null
),
timed as (
    select
        *,
        epoch(ended_at_utc)::bigint - epoch(started_at_utc)::bigint as connected_seconds,
        epoch(charging_ended_at_utc)::bigint - epoch(started_at_utc)::bigint as charging_seconds
    from rows
)
select
    md5(concat_ws(chr(31), 'native', upper(native_session_id))) as session_id,
    'native' as source_system,
    native_session_id,
    connectors.station_id,
    connectors.port_id,
    connectors.connector_id,
    started_at_utc,
    ended_at_utc,
    charging_ended_at_utc,
    ended_at_utc + interval 15 minute as known_at_utc,
    timezone(time_zone, timezone('UTC', started_at_utc)) as started_at_local,
    cast(timezone(time_zone, timezone('UTC', started_at_utc)) as date) as date_local,
    energy_kwh,
    cast(null as decimal(18, 6)) as energy_export_kwh,
    connected_seconds / 60 as connected_minutes,
    charging_seconds / 60 as charging_minutes,
    (connected_seconds - charging_seconds) / 60 as idle_minutes,
    cast(null as double) as reserved_minutes,
    cast(null as decimal(14, 6)) as peak_kw,
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
    end as split_method,
    nullif(concat_ws(
        ',',
        case when connected_seconds between 86401 and 7 * 86400 then 'LONG_SESSION' end,
        case when connected_seconds > 7 * 86400 then 'STUCK_SESSION' end,
        case when connected_seconds = 0 then 'ZERO_DURATION' end,
        case when energy_kwh = 0 then 'ZERO_ENERGY' end
    ), '') as quality_flags,
    source_file,
    source_line,
    load_id
from timed
inner join connectors using (native_connector_id)
inner join stations on connectors.station_id = stations.station_id;

create macro drawing_end(started, ended, charging_ended, kwh, kw) as
    case
        when charging_ended > started then charging_ended
        when kwh > 0 then least(ended, started + to_seconds(
            (cast(kwh * 1000000 as bigint) * 18 + 5 * cast(kw * 1000 as bigint) - 1)
            // (5 * cast(kw * 1000 as bigint))
        ))
        else ended
    end;

-- One pass over time: the energy of a session up to a moment, differenced at quarter hours.
create table core.fct_energy_15min as
with connectors as (
    select 'native:' || connector_id as connector_id, cast(rated_kw as decimal(9, 3)) as rated_kw
    from read_parquet('$landing/native_connectors/*.parquet')
),
sessions as (
    select
        station_id,
        outcome,
        epoch(started_at_utc)::bigint as first,
        epoch(ended_at_utc)::bigint as last,
        epoch(drawing_end(
            started_at_utc, ended_at_utc, charging_ended_at_utc, energy_kwh, rated_kw
        ))::bigint as stop,
        charging_ended_at_utc is not null as is_known,
        charging_ended_at_utc > started_at_utc as is_charging,
        cast(energy_kwh * 1000000 as bigint) as micro
    from core.fct_charging_sessions
    inner join connectors using (connector_id)
),
touched as (
    select *, unnest(range(first // 900, greatest(first, last - 1) // 900 + 1)) as quarter
    from sessions
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
        case when quarter = first // 900 then outcome end as outcome_of_start,
        ends - begins as seconds,
        greatest(least(ends, stop) - begins, 0) as drawn,
        is_known,
        is_charging,
        case
            when stop = first then case when quarter = first // 900 then micro else 0 end
            else micro * (least(ends, stop) - first) // (stop - first)
                - micro * (least(begins, stop) - first) // (stop - first)
        end as micro
    from clipped
)
select
    station_id,
    make_timestamp(quarter * 900 * 1000000) as interval_start_utc,
    cast(cast(sum(micro) as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
        as energy_kwh,
    cast(0 as decimal(18, 6)) as measured_energy_kwh,
    sum(seconds)::bigint / 60 as connected_minutes,
    count(*) as active_sessions,
    count(outcome_of_start) as sessions_started,
    count(case when outcome_of_start = 'NO_ENERGY' then 1 end) as zero_energy_sessions,
    sum(seconds)::bigint as connected_seconds,
    sum(case when is_known then case when is_charging then drawn else 0 end end)::bigint
        as charging_seconds,
    sum(
        case when is_known then case when is_charging then seconds - drawn else seconds end end
    )::bigint as idle_seconds,
    coalesce(sum(case when is_known then seconds else 0 end), 0)::bigint as charging_known_seconds
from parts
group by station_id, quarter;

create table core.fct_energy_hourly as
-- The feed reaches to its last start, finished or not.
with starts as (
    select
        timezone(time_zone, timezone('UTC', cast(rtrim(started_at_utc, 'Z') as timestamp)))::date
            as date_local
    from read_parquet('$landing/native_sessions/*.parquet') as sessions
    inner join read_parquet('$landing/native_connectors/*.parquet') as connectors
        using (connector_id)
    inner join read_parquet('$landing/native_stations/*.parquet') as stations
        on connectors.station_id = stations.station_id
),
window_of_feed as (
    select min(date_local) as first_date, max(date_local) as last_date
    from starts
),
service as (
    select
        'native:' || station_id as station_id,
        timezone('UTC', timezone(
            time_zone, greatest(opened_on::date, first_date)::timestamp
        )) as from_utc,
        timezone('UTC', timezone(
            time_zone,
            (least(coalesce(closed_on::date, last_date), last_date) + interval 1 day)::timestamp
        )) as to_utc
    from read_parquet('$landing/native_stations/*.parquet')
    cross join window_of_feed
),
complete as (
    select
        station_id,
        unnest(generate_series(
            date_trunc('hour', from_utc + interval 3599 second),
            date_trunc('hour', to_utc) - interval 1 hour,
            interval 1 hour
        )) as hour_start_utc
    from service
),
sums as (
    select
        station_id,
        date_trunc('hour', interval_start_utc) as hour_start_utc,
        sum(energy_kwh)::decimal(18, 6) as energy_kwh,
        sum(sessions_started)::bigint as sessions_started,
        sum(connected_seconds) as connected_seconds
    from core.fct_energy_15min
    group by all
),
sessions as (
    select
        station_id,
        unnest(range(
            epoch(started_at_utc)::bigint // 3600,
            greatest(epoch(started_at_utc)::bigint, epoch(ended_at_utc)::bigint - 1) // 3600 + 1
        )) as hour
    from core.fct_charging_sessions
),
activity as (
    select
        station_id,
        make_timestamp(hour * 3600 * 1000000) as hour_start_utc,
        count(*) as active_sessions
    from sessions
    group by station_id, hour
)
select
    coalesce(complete.station_id, sums.station_id) as station_id,
    coalesce(complete.hour_start_utc, sums.hour_start_utc) as hour_start_utc,
    coalesce(energy_kwh, 0)::decimal(18, 6) as energy_kwh,
    cast(0 as decimal(18, 6)) as measured_energy_kwh,
    cast(null as decimal(14, 6)) as peak_15min_kw,
    coalesce(connected_seconds, 0)::double / 60 as connected_minutes,
    coalesce(active_sessions, 0) as active_sessions,
    coalesce(sessions_started, 0) as sessions_started,
    complete.station_id is not null as is_feed_complete
from complete
full join sums
    on complete.station_id = sums.station_id and complete.hour_start_utc = sums.hour_start_utc
left join activity
    on sums.station_id = activity.station_id and sums.hour_start_utc = activity.hour_start_utc;

create table core.fct_energy_hourly_local as
with stations as (
    select
        'native:' || station_id as station_id, time_zone, country_code,
        coalesce(region, '') as region, latitude::double as latitude
    from read_parquet('$landing/native_stations/*.parquet')
),
halves as (
    select
        station_id,
        time_bucket(interval 30 minute, interval_start_utc) as half_start_utc,
        sum(energy_kwh) as energy_kwh,
        sum(sessions_started) as sessions_started,
        sum(zero_energy_sessions) as zero_energy_sessions,
        sum(connected_seconds) as connected_seconds,
        sum(charging_known_seconds) as charging_known_seconds,
        sum(charging_seconds) as charging_seconds,
        sum(idle_seconds) as idle_seconds,
        max(energy_kwh) as max_quarter_hour_kwh
    from core.fct_energy_15min
    group by all
),
clock as (
    select
        time_zone,
        half_start_utc,
        timezone(time_zone, timezone('UTC', half_start_utc)) as half_start_local
    from (select distinct time_zone from stations)
    cross join (
        select unnest(generate_series(
            min(hour_start_utc), max(hour_start_utc) + interval 30 minute, interval 30 minute
        )) as half_start_utc
        from core.fct_energy_hourly
    )
),
spine as (
    select
        station_id, half_start_utc, half_start_local, is_feed_complete,
        date_trunc('hour', half_start_local) as hour_start_local
    from core.fct_energy_hourly
    inner join stations using (station_id)
    inner join clock
        on
            stations.time_zone = clock.time_zone
            and date_trunc('hour', clock.half_start_utc) = hour_start_utc
),
local_hours as (
    select
        station_id,
        hour_start_local,
        cast(date_diff('second', half_start_utc, half_start_local) / 60 as integer)
            as utc_offset_minutes,
        cast(coalesce(sum(energy_kwh), 0) as decimal(18, 6)) as energy_kwh,
        cast(0 as decimal(18, 6)) as measured_energy_kwh,
        coalesce(sum(sessions_started), 0)::bigint as sessions_started,
        coalesce(sum(zero_energy_sessions), 0)::bigint as zero_energy_sessions,
        coalesce(sum(connected_seconds), 0)::bigint as connected_seconds,
        coalesce(sum(charging_known_seconds), 0)::bigint as charging_known_seconds,
        sum(charging_seconds)::bigint as charging_seconds,
        sum(idle_seconds)::bigint as idle_seconds,
        max(max_quarter_hour_kwh) as max_quarter_hour_kwh,
        bool_and(is_feed_complete) as is_feed_complete,
        count(*) * 30 as minutes_in_service
    from spine
    left join halves using (station_id, half_start_utc)
    group by all
)
select
    local_hours.station_id,
    hour_start_local,
    utc_offset_minutes,
    cast(hour_start_local as date) as date_local,
    hour(hour_start_local)::integer as hour_of_day,
    local_hours.* exclude (station_id, hour_start_local, utc_offset_minutes),
    case
        when holidays.holiday_name is not null then 'holiday'
        when isodow(hour_start_local) >= 6 then 'weekend'
        else 'weekday'
    end as day_type,
    case ((month(hour_start_local) % 12 // 3) + case when latitude < 0 then 2 else 0 end) % 4
        when 0 then 'winter'
        when 1 then 'spring'
        when 2 then 'summer'
        else 'autumn'
    end as season,
    connected_seconds / 60 as connected_minutes
from local_hours
inner join stations using (station_id)
left join calendar.holidays as holidays
    on
        stations.country_code = holidays.country_code
        and stations.region = holidays.region
        and cast(hour_start_local as date) = holidays.date_local;

create table operations.rpt_station_efficiency as
with ports as (
    select 'native:' || station_id as station_id, max(rated_kw::decimal(9, 3)) as rated_kw
    from read_parquet('$landing/native_connectors/*.parquet')
    group by station_id, port_id
),
stations as (
    select
        ports.station_id,
        any_value(time_zone) as time_zone,
        count(*) as port_count,
        sum(rated_kw)::decimal(12, 3) as rated_kw
    from ports
    inner join read_parquet('$landing/native_stations/*.parquet') as given
        on ports.station_id = 'native:' || given.station_id
    group by ports.station_id
),
daily as (
    select
        station_id,
        date_local,
        sum(energy_kwh)::decimal(18, 6) as energy_kwh,
        sum(sessions_started)::bigint as sessions_started,
        sum(zero_energy_sessions)::bigint as zero_energy_sessions,
        bool_and(is_feed_complete) as is_feed_complete,
        sum(minutes_in_service) as minutes_in_service,
        sum(case when connected_seconds = 0 then 0 else charging_seconds end) as charging_seconds,
        sum(case when connected_seconds = 0 then 0 else idle_seconds end) as idle_seconds,
        sum(charging_known_seconds) as charging_known_seconds
    from core.fct_energy_hourly_local
    group by all
),
plugged as (
    select
        station_id,
        time_zone,
        started_at_utc,
        ended_at_utc,
        unnest(generate_series(
            date_local::timestamp,
            date_trunc('day', timezone(
                time_zone, timezone('UTC', ended_at_utc - interval 1 second)
            )),
            interval 1 day
        )) as midnight
    from core.fct_charging_sessions
    inner join stations using (station_id)
    where ended_at_utc > started_at_utc
),
occupied as (
    select
        station_id,
        midnight::date as date_local,
        sum(
            epoch(least(
                ended_at_utc, timezone('UTC', timezone(time_zone, midnight + interval 1 day))
            ))::bigint
            - epoch(greatest(
                started_at_utc, timezone('UTC', timezone(time_zone, midnight))
            ))::bigint
        ) as occupied_seconds
    from plugged
    group by all
),
parts as (
    select
        daily.*,
        (minutes_in_service * port_count)::bigint as port_minutes_in_service,
        coalesce(occupied_seconds, 0)::double / 60 as occupied_minutes,
        charging_seconds::double / 60 as charging_minutes,
        idle_seconds::double / 60 as idle_minutes,
        coalesce(charging_known_seconds, 0)::double / 60 as charging_known_minutes,
        cast(rated_kw * minutes_in_service / 60 as decimal(18, 6)) as capacity_kwh
    from daily
    inner join stations using (station_id)
    left join occupied using (station_id, date_local)
)
select
    station_id,
    date_local,
    port_minutes_in_service,
    occupied_minutes,
    charging_minutes,
    idle_minutes,
    charging_known_minutes,
    capacity_kwh,
    energy_kwh,
    sessions_started,
    zero_energy_sessions,
    cast(null as decimal(14, 6)) as peak_15min_kw,
    occupied_minutes / nullif(port_minutes_in_service::double, 0) as occupancy_ratio,
    charging_minutes / nullif(port_minutes_in_service::double, 0) as charging_ratio,
    idle_minutes / nullif(charging_known_minutes, 0) as idle_ratio,
    energy_kwh::double / nullif(capacity_kwh::double, 0) as energy_utilisation,
    (energy_kwh * 1440)::double / nullif(port_minutes_in_service::double, 0) as kwh_per_port_day,
    cast(null as double) as load_factor,
    true as occupancy_is_known,
    is_feed_complete
from parts;
