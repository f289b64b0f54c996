{#- A stuck meter repeats itself to the last digit for so many hours. -#}
{%- set flat_hours = 24 -%}

with stations as (

    select * from {{ ref('dim_stations') }}

),

energy as (

    select * from {{ ref('fct_energy_hourly') }}

),

port_statuses as (

    select * from {{ ref('fct_port_status_intervals') }}

),

-- Demand comes by UTC hours, named by what the clock shows when they begin.
local_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}
    where interval_start_utc = hour_start_utc

),

feed_bounds as (

    select
        stations.source_system,
        min(energy.hour_start_utc) as first_hour_utc
    from energy
    inner join stations on energy.station_id = stations.station_id
    group by stations.source_system

),

-- Hours in which a station was surely in service. Its first and last day are left to the feed:
-- the dates do not say at which hour it opened.
expected_hours as (

    select
        stations.station_id,
        local_hours.hour_start_utc
    from stations
    inner join feed_bounds on stations.source_system = feed_bounds.source_system
    inner join local_hours
        on
            stations.time_zone = local_hours.time_zone
            and feed_bounds.first_hour_utc <= local_hours.hour_start_utc
            and stations.in_service_from < local_hours.date_local
            and (
                stations.in_service_to is null
                or stations.in_service_to > local_hours.date_local
            )

),

port_counts as (

    select
        station_id,
        count(distinct port_id) as port_count
    from port_statuses
    group by station_id

),

port_hours_out as (

    {{ rows_per_step(
        'port_statuses',
        truncated('hour', 'status_from_utc'),
        add_seconds('status_to_utc', -1),
        '1 hour',
        'hour_start_utc',
        columns=['station_id', 'status_from_utc', 'status_to_utc'],
        where="status in ('FAULTED', 'UNAVAILABLE')"
    ) }}

),

-- Every port for the whole hour: one that works sells what the others cannot.
outages as (

    select
        port_hours_out.station_id,
        port_hours_out.hour_start_utc
    from port_hours_out
    inner join port_counts on port_hours_out.station_id = port_counts.station_id
    group by port_hours_out.station_id, port_hours_out.hour_start_utc, port_counts.port_count
    having
        sum({{ seconds_between(
            'greatest(port_hours_out.status_from_utc, port_hours_out.hour_start_utc)',
            'least(port_hours_out.status_to_utc, '
            ~ add_seconds('port_hours_out.hour_start_utc', 3600) ~ ')'
        ) }}) = 3600 * port_counts.port_count

),

combined as (

    select
        energy.energy_kwh,
        coalesce(energy.station_id, expected_hours.station_id) as station_id,
        coalesce(energy.hour_start_utc, expected_hours.hour_start_utc) as hour_start_utc,
        coalesce(energy.is_feed_complete, false) as is_known,
        coalesce(energy.measured_energy_kwh < energy.energy_kwh, false) as is_imputed
    from expected_hours
    full outer join energy
        on
            expected_hours.station_id = energy.station_id
            and expected_hours.hour_start_utc = energy.hour_start_utc

),

-- Flat from the last hour of the run on: nobody could have told earlier.
final as (

    select
        combined.station_id,
        combined.hour_start_utc,
        combined.energy_kwh,
        combined.is_known,
        combined.is_imputed,
        outages.station_id is not null as is_outage,
        combined.energy_kwh > 0
        and count(case when combined.is_known and not combined.is_imputed then 1 end) over run
        = {{ flat_hours }}
        and min(combined.energy_kwh) over run = max(combined.energy_kwh) over run as is_flat_line
    from combined
    left join outages
        on
            combined.station_id = outages.station_id
            and combined.hour_start_utc = outages.hour_start_utc
    window
        run as (
            partition by combined.station_id
            order by combined.hour_start_utc
            range between interval {{ flat_hours - 1 }} hour preceding and current row
        )

)

select * from final
