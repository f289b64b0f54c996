with stored as (

    {{ state_rows('published_loads', [
        ('generation_id', 'string'),
        ('published_at_utc', 'timestamp'),
        ('source_system', 'string'),
        ('load_id', 'string'),
        ('is_present', 'boolean'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
