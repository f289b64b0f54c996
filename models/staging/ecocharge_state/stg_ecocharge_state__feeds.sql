with stored as (

    {{ state_rows('feeds', [
        ('source_system', 'string'),
        ('description', 'string'),
        ('time_zone', 'string'),
        ('time_zone_is_assumed', 'boolean'),
        ('country_code', 'string'),
        ('region', 'string'),
        ('city', 'string'),
        ('currency', 'string'),
        ('grid_zone', 'string'),
        ('declared_lag_minutes', 'bigint'),
    ]) }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
