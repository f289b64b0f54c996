-- Per file: rows in = the sum of all classes, and the same for energy. The rows in are counted when
-- the file is read, apart from the models that class them.
{%- set classes = [
    'accepted', 'quarantined', 'exact_duplicate', 'natural_duplicate', 'superseded', 'credited',
    'not_final',
] %}
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

supporting_rows as (

    select * from {{ ref('int_quality__supporting_rows') }}

),

files as (

    select * from {{ ref('int_quality__files') }}

),

classed as (

    select
        source_system,
        source_file,
        load_id,
        row_class,
        coalesce(energy_kwh, 0) as energy_kwh
    from sessions
    union all
    select
        source_system,
        source_file,
        load_id,
        case when parse_error is not null then 'quarantined' else 'supporting' end as row_class,
        0 as energy_kwh
    from supporting_rows

),

counted as (

    select
        source_system,
        source_file,
        load_id,
        cast(sum(energy_kwh) as decimal(18, 6)) as energy_in_kwh,
        count(case when row_class = 'supporting' then 1 end) as supporting_records,
        {%- for class in classes %}
        count(case when row_class = '{{ class }}' then 1 end) as {{ class }}_rows,
        cast(
            coalesce(sum(case when row_class = '{{ class }}' then energy_kwh end), 0)
            as decimal(18, 6)
        ) as {{ class }}_kwh{{ ',' if not loop.last }}
        {%- endfor %}
    from classed
    group by source_system, source_file, load_id

),

final as (

    select
        files.source_system,
        files.source_file,
        files.load_id,
        files.rows_in,
        coalesce(counted.accepted_rows, 0) as accepted,
        coalesce(counted.quarantined_rows, 0) as quarantined,
        coalesce(counted.exact_duplicate_rows, 0) as exact_duplicates,
        coalesce(counted.natural_duplicate_rows, 0) as natural_duplicates,
        coalesce(counted.superseded_rows, 0) as superseded,
        coalesce(counted.credited_rows, 0) as credited,
        coalesce(counted.not_final_rows, 0) as not_final,
        coalesce(counted.supporting_records, 0) as supporting_records,
        coalesce(counted.energy_in_kwh, 0) as energy_in_kwh,
        coalesce(counted.accepted_kwh, 0) as energy_accepted_kwh,
        coalesce(counted.quarantined_kwh, 0) as energy_quarantined_kwh,
        cast(
            coalesce(
                counted.exact_duplicate_kwh + counted.natural_duplicate_kwh
                + counted.superseded_kwh,
                0
            ) as decimal(18, 6)
        ) as energy_duplicate_kwh,
        coalesce(counted.credited_kwh, 0) as energy_credited_kwh,
        coalesce(counted.not_final_kwh, 0) as energy_not_final_kwh
    from files
    full outer join counted
        on
            files.source_system = counted.source_system
            and files.source_file = counted.source_file
            and files.load_id = counted.load_id

)

select * from final
