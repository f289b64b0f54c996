{{ config(materialized=restated(), meta={'restated': {}}) }}
-- The files that a build reads, as far as it can tell one landing from the next.
with files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

),

final as (

    select
        source_system,
        entity,
        load_id,
        source_file,
        landed_at_utc,
        rows_in
    from files

)

select * from final
