{{ config(materialized=restated(), meta={'restated': {
    'key': ['source_system', 'load_id'],
    'touched': touched_files() ~ " union " ~ keys_of_changes(
        ['source_system', 'load_id'], ['int_quality__supporting_rows']
    ),
    'narrows': {'int_sessions__identified': sessions_in_touched_files('rpt_reconciliation')},
}}) }}
-- Per file: rows in = the sum of all classes, and the same for energy. The rows in are counted when
-- the file is read, apart from the models that class them.
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

supporting_rows as (

    select * from {{ ref('int_quality__supporting_rows') }}

),

files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

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
        cast(sum(energy_kwh) as decimal(28, 6)) as energy_in_kwh,
        {{ class_rows('supporting') }} as supporting_records,
        {{ class_rows('accepted') }} as accepted_rows,
        {{ class_rows('quarantined') }} as quarantined_rows,
        {{ class_rows('exact_duplicate') }} as exact_duplicate_rows,
        {{ class_rows('natural_duplicate') }} as natural_duplicate_rows,
        {{ class_rows('superseded') }} as superseded_rows,
        {{ class_rows('credited') }} as credited_rows,
        {{ class_rows('not_final') }} as not_final_rows,
        {{ class_energy('accepted') }} as accepted_kwh,
        {{ class_energy('quarantined') }} as quarantined_kwh,
        {{ class_energy('exact_duplicate') }} as exact_duplicate_kwh,
        {{ class_energy('natural_duplicate') }} as natural_duplicate_kwh,
        {{ class_energy('superseded') }} as superseded_kwh,
        {{ class_energy('credited') }} as credited_kwh,
        {{ class_energy('not_final') }} as not_final_kwh
    from classed
    group by source_system, source_file, load_id

),

final as (

    select
        files.source_system,
        files.source_file,
        files.load_id,
        files.rows_in,
        cast(
            coalesce(
                counted.exact_duplicate_kwh + counted.natural_duplicate_kwh
                + counted.superseded_kwh,
                0
            ) as decimal(28, 6)
        ) as energy_duplicate_kwh,
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
