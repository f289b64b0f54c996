-- Rows of OCPI files that describe stations or prices rather than sessions.
with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

tariffs as (

    select * from {{ ref('stg_ocpi__tariffs') }}

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        parse_error,
        raw_bytes,
        raw_hash
    from locations
    union all
    select
        source_system,
        source_file,
        source_line,
        load_id,
        parse_error,
        raw_bytes,
        raw_hash
    from tariffs

)

select * from final
