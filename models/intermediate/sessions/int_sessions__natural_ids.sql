{{ config(materialized=restated(), meta={'restated': {
    'key': ['row_id'],
    'touched': touched_natural_ids(),
    'narrows': {
        'int_sessions__unnamed': among_changes('int_sessions__unnamed', 'place_and_start'),
    },
}}) }}
-- Which rows of a feed without ids are one transaction: place and start say so, and where two ports
-- of a station start in one minute, the end tells them apart.
with unnamed as (

    select * from {{ ref('int_sessions__unnamed') }}

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
    from unnamed
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
        {{ any_true('is_open') }} and {{ any_true('not is_open') }} as holds_both
    from unnamed
    group by place_and_start, load_id

),

open_states as (

    select
        place_and_start,
        min(first_end_utc) as first_end_utc,
        {{ any_true('holds_both') }} as is_apart
    from open_in_file
    group by place_and_start

),

final as (

    select
        unnamed.row_id,
        cast(
            case
                when unnamed.is_open and open_states.is_apart then 0
                else coalesce(finished.session_number, 1)
            end as integer
        ) as natural_number,
        coalesce(
            finished.first_end_utc,
            case when not open_states.is_apart then open_states.first_end_utc end
        ) as natural_end_utc
    from unnamed
    left join finished on unnamed.row_id = finished.row_id
    left join open_states on unnamed.place_and_start = open_states.place_and_start

)

select * from final
