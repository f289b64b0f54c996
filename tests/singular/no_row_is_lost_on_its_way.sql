-- Protects every landed row: per file, as many rows and as much energy come out of the classes as
-- went into the union of the feeds; no join on the way drops or repeats one.
with unioned as (

    select
        source_system,
        load_id,
        source_file,
        count(*) as row_count,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_sessions__unioned') }}
    group by source_system, load_id, source_file

),

classified as (

    select
        source_system,
        load_id,
        source_file,
        count(*) as row_count,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_sessions__classified') }}
    group by source_system, load_id, source_file

),

final as (

    select
        unioned.source_file,
        unioned.row_count,
        classified.row_count as classified_row_count,
        unioned.energy_kwh,
        classified.energy_kwh as classified_energy_kwh
    from unioned
    full outer join classified
        on
            unioned.source_system = classified.source_system
            and unioned.load_id = classified.load_id
            and unioned.source_file = classified.source_file
    where
        unioned.row_count is distinct from classified.row_count
        or unioned.energy_kwh is distinct from classified.energy_kwh

)

select * from final
