{%- set in_file = ('source_system, load_id', 'source_line') -%}
{%- set by_id = ('source_system, numeric_id is null', 'numeric_id, load_id, source_line') -%}
-- What each row says for either reading of its file's dates. A row whose start can be read in one
-- way only is a fixed point that the others are held against.
with sessions as (

    select * from {{ ref('int_sessions__exports') }}
    where date_order_is_stated is not null and parse_error is null

),

readings as (

    select
        source_system,
        load_id,
        source_file,
        source_line,
        exported_on,
        date_order_is_stated,
        started_at_swapped,
        ended_at_swapped,
        coalesce(started_at_local, started_at_utc) as start_written,
        coalesce(ended_at_local, ended_at_utc) as end_written,
        {{ try_to_decimal('native_session_id', 18, 0) }} as numeric_id
    from sessions

),

paired as (

    select
        *,
        coalesce(started_at_swapped, start_written) as start_swapped,
        coalesce(ended_at_swapped, end_written) as end_swapped,
        coalesce(started_at_swapped <> start_written, false) as start_is_open,
        coalesce(
            started_at_swapped <> start_written or ended_at_swapped <> end_written, false
        ) as is_open
    from readings

),

dated as (

    select
        *,
        cast(start_written as date) as written_date,
        cast(start_swapped as date) as swapped_date,
        -- A day that is its own month is fixed too, but a file sorted by misread dates has it
        -- among its like.
        case
            when
                (started_at_swapped is null or start_written is null)
                and {{ is_plausible_start('start_swapped') }}
                then cast(start_swapped as date)
        end as fixed_date
    from paired

),

neighbours as (

    select
        *,
        {{ last_known_before('fixed_date', in_file[0], in_file[1]) }} as line_before,
        {{ first_known_after('fixed_date', in_file[0], in_file[1]) }} as line_after,
        {{ last_known_before('fixed_date', by_id[0], by_id[1]) }} as id_before,
        {{ first_known_after('fixed_date', by_id[0], by_id[1]) }} as id_after
    from dated

),

distances as (

    select
        *,
        least(
            abs({{ days_between('line_before', 'written_date') }}),
            abs({{ days_between('line_after', 'written_date') }})
        ) as written_days_from_line,
        least(
            abs({{ days_between('line_before', 'swapped_date') }}),
            abs({{ days_between('line_after', 'swapped_date') }})
        ) as swapped_days_from_line,
        least(
            abs({{ days_between('id_before', 'written_date') }}),
            abs({{ days_between('id_after', 'written_date') }})
        ) as written_days_from_id,
        least(
            abs({{ days_between('id_before', 'swapped_date') }}),
            abs({{ days_between('id_after', 'swapped_date') }})
        ) as swapped_days_from_id,
        {{ seconds_between('start_written', 'end_written') }} between 0 and 7 * 86400
            as written_lasts,
        {{ seconds_between('start_swapped', 'end_swapped') }} between 0 and 7 * 86400
            as swapped_lasts
    from neighbours

),

-- A vote is clear or it is none: within a fortnight, four times as near as the other reading and by
-- more than a week; or a plug-in of at most seven days that the other makes negative or longer.
final as (

    select
        source_system,
        load_id,
        source_file,
        source_line,
        date_order_is_stated,
        is_open,
        start_is_open,
        written_date,
        swapped_date,
        fixed_date,
        case
            when not start_is_open then null
            when {{ is_nearer('written', 'swapped', 'line') }} then 'as_written'
            when {{ is_nearer('swapped', 'written', 'line') }} then 'swapped'
        end as line_says,
        case
            when not start_is_open or numeric_id is null then null
            when {{ is_nearer('written', 'swapped', 'id') }} then 'as_written'
            when {{ is_nearer('swapped', 'written', 'id') }} then 'swapped'
        end as id_says,
        case
            when not is_open or written_lasts = swapped_lasts then null
            when written_lasts then 'as_written'
            when swapped_lasts then 'swapped'
        end as duration_says,
        case
            when not start_is_open then null
            when written_date <= exported_on + 1 and swapped_date > exported_on + 1
                then 'as_written'
            when swapped_date <= exported_on + 1 and written_date > exported_on + 1
                then 'swapped'
        end as export_says,
        case
            when started_at_swapped is null then 'as_written'
            when start_written is null then 'swapped'
        end as format_says
    from distances

)

select * from final
