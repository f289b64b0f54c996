{%- set row_kinds = ['line', 'id', 'duration', 'export', 'format'] -%}
-- What the rows of each file say together, and the window of its days.
with readings as (

    select * from {{ ref('int_dates__readings') }}

),

files as (

    select
        source_system,
        load_id,
        min(source_file) as source_file,
        min(case when date_order_is_stated then 1 else 0 end) = 1 as date_order_is_stated,
        count(*) as dated_rows,
        count(case when is_open then 1 end) as rows_with_two_readings,
        count(fixed_date) as fixed_rows,
        {%- for kind in row_kinds %}
        count(case when {{ kind }}_says = 'as_written' then 1 end) as {{ kind }}_as_written,
        count(case when {{ kind }}_says = 'swapped' then 1 end) as {{ kind }}_swapped,
        {%- endfor %}
        min(fixed_date) as first_fixed_date,
        max(fixed_date) as last_fixed_date,
        min(written_date) as first_date_as_written,
        max(written_date) as last_date_as_written,
        min(swapped_date) as first_date_swapped,
        max(swapped_date) as last_date_swapped
    from readings
    group by source_system, load_id

),

open_days as (

    select distinct
        source_system,
        load_id,
        written_date,
        swapped_date
    from readings
    where start_is_open

),

near_days as (

    select
        open_days.*,
        open_days.written_date
        between files.first_fixed_date - 14 and files.last_fixed_date + 14 as written_is_near,
        open_days.swapped_date
        between files.first_fixed_date - 14 and files.last_fixed_date + 14 as swapped_is_near
    from open_days
    inner join files
        on open_days.source_system = files.source_system and open_days.load_id = files.load_id

),

day_votes as (

    select
        source_system,
        load_id,
        count(*) as open_days,
        count(case when written_is_near and not swapped_is_near then 1 end) as written_is_nearer,
        count(case when swapped_is_near and not written_is_near then 1 end) as swapped_is_nearer,
        {{ days_between('min(written_date)', 'max(written_date)') }} + 1 as written_span,
        {{ days_between('min(swapped_date)', 'max(swapped_date)') }} + 1 as swapped_span
    from near_days
    group by source_system, load_id

),

-- Within a fortnight of the days that have one reading; where there are none, a stretch of days
-- rather than one day of many months.
final as (

    select
        files.*,
        coalesce(
            case
                when files.fixed_rows > 0 then day_votes.written_is_nearer
                when day_votes.written_span * 4 < day_votes.swapped_span
                    then day_votes.open_days - 1
            end,
            0
        ) as window_as_written,
        coalesce(
            case
                when files.fixed_rows > 0 then day_votes.swapped_is_nearer
                when day_votes.swapped_span * 4 < day_votes.written_span
                    then day_votes.open_days - 1
            end,
            0
        ) as window_swapped
    from files
    left join day_votes
        on files.source_system = day_votes.source_system and files.load_id = day_votes.load_id

)

select * from final
