-- One script an engine, as its users would write it: a common one would be slow on each.
-- The facts as Postgres likes them: text cast once, quarter hours by a lateral series, energy in
-- whole micro-kWh, so that sums are of integers. `raw` holds the landed columns as they are.

create unlogged table core.fct_charging_sessions as
with rows as (
    select
        session_id,
        connector_id,
        started_at_utc::timestamp as started_at_utc,
        ended_at_utc::timestamp as ended_at_utc,
        charging_ended_at_utc::timestamp as charging_ended_at_utc,
        energy_kwh::numeric(18, 6) as energy_kwh,
        revenue_amount::numeric(18, 4) as revenue_amount,
        tax_amount::numeric(18, 4) as tax_amount,
        currency, payment_method, driver_key, stop_reason
    from raw.sessions
    where ended_at_utc is not null
),
timed as (
    select
        rows.*,
        extract(epoch from ended_at_utc - started_at_utc)::double precision as connected_seconds,
        extract(epoch from charging_ended_at_utc - started_at_utc)::double precision
            as charging_seconds
    from rows
)
select
    timed.session_id as native_session_id,
    'native:' || connectors.station_id as station_id,
    'native:' || connectors.port_id as port_id,
    'native:' || connectors.connector_id as connector_id,
    started_at_utc,
    ended_at_utc,
    charging_ended_at_utc,
    started_at_utc at time zone 'UTC' at time zone time_zone as started_at_local,
    (started_at_utc at time zone 'UTC' at time zone time_zone)::date as date_local,
    energy_kwh,
    connected_seconds / 60 as connected_minutes,
    charging_seconds / 60 as charging_minutes,
    (connected_seconds - charging_seconds) / 60 as idle_minutes,
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
inner join raw.connectors using (connector_id)
inner join raw.stations on connectors.station_id = stations.station_id;

-- A table, for Postgres would compute these anew in every expression of every quarter hour.
create unlogged table raw.placed as
with connectors as (
    select 'native:' || connector_id as connector_id, (rated_kw::numeric * 1000)::bigint as watts
    from raw.connectors
),
whole as materialized (
    select
        station_id,
        outcome = 'NO_ENERGY' as is_without_energy,
        extract(epoch from started_at_utc)::bigint as first,
        extract(epoch from ended_at_utc)::bigint as last,
        extract(epoch from charging_ended_at_utc)::bigint as charged,
        (energy_kwh * 1000000)::bigint as micro,
        watts
    from core.fct_charging_sessions
    inner join connectors using (connector_id)
)
select
    *,
    case
        when charged > first then charged
        when micro > 0 then least(last, first + (micro * 18 + 5 * watts - 1) / (5 * watts))
        else last
    end as stop
from whole;

analyze raw.placed;

create unlogged table core.fct_energy_15min as
with parts as (
    select
        station_id,
        quarter,
        quarter = first / 900 as is_start,
        is_without_energy,
        charged is not null as is_known,
        charged > first as is_charging,
        (ends - begins)::integer as seconds,
        greatest(least(ends, stop) - begins, 0)::integer as drawn,
        case
            when stop = first then case when quarter = first / 900 then micro else 0 end
            else micro * (least(ends, stop) - first) / (stop - first)
                - micro * (least(begins, stop) - first) / (stop - first)
        end as micro
    from raw.placed
    cross join lateral generate_series(first / 900, greatest(first, last - 1) / 900) as quarter
    cross join lateral (
        select greatest(first, quarter * 900) as begins, least(last, quarter * 900 + 900) as ends
    ) as clipped
)
select
    station_id,
    timestamp '1970-01-01' + quarter * interval '15 minutes' as interval_start_utc,
    (sum(micro) * 0.000001)::numeric(18, 6) as energy_kwh,
    sum(seconds)::double precision / 60 as connected_minutes,
    count(*) as active_sessions,
    count(*) filter (where is_start) as sessions_started,
    count(*) filter (where is_start and is_without_energy) as zero_energy_sessions,
    sum(seconds) as connected_seconds,
    sum(case when is_charging then drawn else 0 end) filter (where is_known) as charging_seconds,
    sum(case when is_charging then seconds - drawn else seconds end) filter (where is_known)
        as idle_seconds,
    coalesce(sum(seconds) filter (where is_known), 0) as charging_known_seconds
from parts
group by station_id, quarter;

analyze core.fct_energy_15min;

create unlogged table core.fct_energy_hourly as
with starts as (
    select
        (started_at_utc::timestamp at time zone 'UTC' at time zone time_zone)::date as date_local
    from raw.sessions
    inner join raw.connectors using (connector_id)
    inner join raw.stations on connectors.station_id = stations.station_id
),
window_of_feed as (
    select min(date_local) as first_date, max(date_local) as last_date
    from starts
),
service as (
    select
        'native:' || station_id as station_id,
        greatest(opened_on::date, first_date)::timestamp
            at time zone time_zone at time zone 'UTC' as from_utc,
        (least(coalesce(closed_on::date, last_date), last_date) + interval '1 day')
            at time zone time_zone at time zone 'UTC' as to_utc
    from raw.stations
    cross join window_of_feed
),
complete as (
    select station_id, hour_start_utc
    from service
    cross join lateral generate_series(
        date_trunc('hour', from_utc + interval '3599 seconds'),
        date_trunc('hour', to_utc) - interval '1 hour',
        interval '1 hour'
    ) as hour_start_utc
),
sums as (
    select
        station_id,
        date_trunc('hour', interval_start_utc) as hour_start_utc,
        sum(energy_kwh)::numeric(18, 6) as energy_kwh,
        sum(sessions_started)::bigint as sessions_started,
        sum(connected_seconds)::bigint as connected_seconds
    from core.fct_energy_15min
    group by 1, 2
),
activity as (
    select
        station_id,
        timestamp '1970-01-01' + hour * interval '1 hour' as hour_start_utc,
        count(*) as active_sessions
    from raw.placed
    cross join lateral generate_series(first / 3600, greatest(first, last - 1) / 3600) as hour
    group by station_id, hour
)
select
    coalesce(complete.station_id, sums.station_id) as station_id,
    coalesce(complete.hour_start_utc, sums.hour_start_utc) as hour_start_utc,
    coalesce(energy_kwh, 0)::numeric(18, 6) as energy_kwh,
    coalesce(connected_seconds, 0)::double precision / 60 as connected_minutes,
    coalesce(active_sessions, 0) as active_sessions,
    coalesce(sessions_started, 0) as sessions_started,
    complete.station_id is not null as is_feed_complete
from complete
full join sums
    on complete.station_id = sums.station_id and complete.hour_start_utc = sums.hour_start_utc
left join activity
    on sums.station_id = activity.station_id and sums.hour_start_utc = activity.hour_start_utc;
