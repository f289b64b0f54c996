with stored as (

    {{ state_rows('restatements', [
        ('source_system', 'string'),
        ('station_id', 'string'),
        ('date_local', 'date'),
        ('measure', 'string'),
        ('unit', 'string'),
        ('old_value', 'decimal(18, 6)'),
        ('new_value', 'decimal(18, 6)'),
        ('difference', 'decimal(18, 6)'),
        ('causes', 'string'),
        ('source_files', 'string'),
        ('load_ids', 'string'),
        ('was_partial', 'boolean'),
        ('published_generation_id', 'string'),
        ('published_at_utc', 'timestamp'),
        ('restated_at_utc', 'timestamp'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored

)

select * from final
