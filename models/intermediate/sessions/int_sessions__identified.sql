-- Which rows are one transaction. A feed with ids says so; without ids, place and start do, and
-- where two ports of a station start in one minute, the end tells them apart.
with sessions as (

    select * from {{ ref('int_sessions__validated') }}

),

hashed as (

    select
        *,
        {{ surrogate_key([
            'source_system', 'native_session_id', 'station_id', 'native_charger_id',
            'native_port_id', 'native_connector_id', 'started_at_utc', 'ended_at_utc',
            'charging_ended_at_utc', 'energy_kwh', 'revenue_amount', 'tax_amount', 'currency',
            'payment_method', 'driver_key', 'vehicle', 'stop_reason', 'last_updated_utc',
        ]) }} as content_hash,
        {{ surrogate_key([
            'source_system', 'native_charger_id', 'native_port_id', 'started_at_utc',
        ]) }} as place_and_start
    from sessions

),

without_id as (

    select
        row_id,
        load_id,
        place_and_start,
        ended_at_utc,
        energy_kwh,
        is_open
    from hashed
    where native_session_id is null and not is_refused

),

-- Exports round: ends within a minute of each other are one end, and energies within 0.05 kWh are
-- one energy.
ends_apart as (

    select
        *,
        case
            when
                {{ seconds_between(
                    'lag(ended_at_utc) over (partition by place_and_start order by ended_at_utc)',
                    'ended_at_utc'
                ) }} <= 60
                then 0
            else 1
        end as is_new_end
    from without_id
    where not is_open

),

ends_numbered as (

    select
        *,
        sum(is_new_end) over (partition by place_and_start order by ended_at_utc) as end_number
    from ends_apart

),

energies_apart as (

    select
        *,
        case
            when
                energy_kwh - lag(energy_kwh) over (
                    partition by place_and_start, end_number order by energy_kwh
                ) <= 0.05
                then 0
            else 1
        end as is_new_energy
    from ends_numbered

),

energies_numbered as (

    select
        *,
        sum(is_new_energy) over (
            partition by place_and_start, end_number order by energy_kwh
        ) as energy_number
    from energies_apart

),

-- One end with two energies is one session whose energy was corrected, unless a file holds both.
ends_in_file as (

    select
        place_and_start,
        end_number,
        min(ended_at_utc) as first_end_utc,
        count(distinct energy_number) as energies
    from energies_numbered
    group by place_and_start, end_number, load_id

),

ends as (

    select
        place_and_start,
        end_number,
        min(first_end_utc) as first_end_utc,
        max(energies) > 1 as is_two_sessions
    from ends_in_file
    group by place_and_start, end_number

),

finished as (

    select
        energies_numbered.row_id,
        ends.first_end_utc,
        case when ends.is_two_sessions then energies_numbered.energy_number else 1 end
            as session_number
    from energies_numbered
    inner join ends
        on
            energies_numbered.place_and_start = ends.place_and_start
            and energies_numbered.end_number = ends.end_number

),

-- An open row is an earlier state of the finished one, unless a file holds both.
open_in_file as (

    select
        place_and_start,
        min(ended_at_utc) as first_end_utc,
        bool_or(is_open) and bool_or(not is_open) as holds_both
    from without_id
    group by place_and_start, load_id

),

open_states as (

    select
        place_and_start,
        min(first_end_utc) as first_end_utc,
        bool_or(holds_both) as is_apart
    from open_in_file
    group by place_and_start

),

keyed as (

    select
        hashed.*,
        case
            when hashed.native_session_id is null and not hashed.is_refused
                then case
                    when hashed.is_open and open_states.is_apart then 0
                    else coalesce(finished.session_number, 1)
                end
        end as natural_number,
        case
            when hashed.native_session_id is null and not hashed.is_refused
                then coalesce(
                    finished.first_end_utc,
                    case when not open_states.is_apart then open_states.first_end_utc end
                )
        end as natural_end_utc
    from hashed
    left join finished on hashed.row_id = finished.row_id
    left join open_states on hashed.place_and_start = open_states.place_and_start

),

final as (

    select
        {{ session_columns() }},
        connected_seconds,
        rules_broken,
        reasons,
        is_refused,
        is_open,
        content_hash,
        cast(natural_number as integer) as natural_number,
        natural_end_utc,
        case
            when native_session_id is not null
                then {{ surrogate_key(['source_system', 'upper(native_session_id)']) }}
            else {{ surrogate_key(['place_and_start', 'natural_end_utc', 'natural_number']) }}
        end as session_id
    from keyed

)

select * from final
