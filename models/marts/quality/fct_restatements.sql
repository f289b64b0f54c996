-- Those of earlier generations, kept in the state, and those that this build would publish.
with stored as (

    select * from {{ ref('stg_ecocharge_publications__restatements') }}

),

found as (

    select * from {{ ref('int_quality__new_restatements') }}

),

final as (

    select
        source_system,
        station_id,
        date_local,
        measure,
        unit,
        old_value,
        new_value,
        difference,
        causes,
        source_files,
        load_ids,
        was_partial,
        published_generation_id,
        published_at_utc,
        restated_at_utc
    from stored
    union all
    select
        source_system,
        station_id,
        date_local,
        measure,
        unit,
        old_value,
        new_value,
        difference,
        causes,
        source_files,
        load_ids,
        was_partial,
        published_generation_id,
        published_at_utc,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as restated_at_utc
    from found

)

select * from final
