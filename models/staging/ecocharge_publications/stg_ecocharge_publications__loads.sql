with stored as (

    {{ state_rows('published_loads', [
        ('generation_id', 'varchar'),
        ('published_at_utc', 'timestamp'),
        ('source_system', 'varchar'),
        ('load_id', 'varchar'),
        ('is_present', 'boolean'),
    ], 'ecocharge_publications') }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
