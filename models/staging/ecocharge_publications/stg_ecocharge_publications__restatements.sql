with stored as (

    {{ state_rows('restatements', [
        ('source_system', 'varchar'),
        ('station_id', 'varchar'),
        ('date_local', 'date'),
        ('measure', 'varchar'),
        ('unit', 'varchar'),
        ('old_value', 'decimal(18, 6)'),
        ('new_value', 'decimal(18, 6)'),
        ('difference', 'decimal(18, 6)'),
        ('causes', 'varchar'),
        ('source_files', 'varchar'),
        ('load_ids', 'varchar'),
        ('was_partial', 'boolean'),
        ('published_generation_id', 'varchar'),
        ('published_at_utc', 'timestamp'),
        ('restated_at_utc', 'timestamp'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored

)

select * from final
