with stored as (

    {{ state_rows('published_days', [
        ('generation_id', 'string'),
        ('published_at_utc', 'timestamp'),
        ('source_system', 'string'),
        ('station_id', 'string'),
        ('date_local', 'date'),
        ('measure', 'string'),
        ('unit', 'string'),
        ('day_total', 'decimal(18, 6)'),
        ('is_partial', 'boolean'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
