with stored as (

    {{ state_rows('published_days', [
        ('generation_id', 'varchar'),
        ('published_at_utc', 'timestamp'),
        ('source_system', 'varchar'),
        ('station_id', 'varchar'),
        ('date_local', 'date'),
        ('measure', 'varchar'),
        ('unit', 'varchar'),
        ('day_total', 'decimal(18, 6)'),
        ('is_partial', 'boolean'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
