with manifest as (

    {{ state_rows('landing_manifest', [
        ('source_system', 'varchar'),
        ('entity', 'varchar'),
        ('source_file', 'varchar'),
        ('load_id', 'varchar'),
        ('rows_in', 'bigint'),
        ('blank_lines', 'bigint'),
        ('unparsable_rows', 'bigint'),
        ('arrival_seq', 'bigint'),
        ('landed_at_utc', 'timestamp'),
    ]) }}

),

final as (

    select
        source_system,
        entity,
        source_file,
        load_id,
        rows_in,
        blank_lines,
        unparsable_rows,
        arrival_seq,
        landed_at_utc
    from manifest
    where
        {{ is_listed('source_system') }}

)

select * from final
