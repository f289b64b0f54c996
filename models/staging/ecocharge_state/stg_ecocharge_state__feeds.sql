with stored as (

    {{ state_rows('feeds', [
        ('source_system', 'varchar'),
        ('description', 'varchar'),
        ('time_zone', 'varchar'),
        ('time_zone_is_assumed', 'boolean'),
        ('country_code', 'varchar'),
        ('region', 'varchar'),
        ('city', 'varchar'),
        ('currency', 'varchar'),
        ('grid_zone', 'varchar'),
        ('declared_lag_minutes', 'bigint'),
    ]) }}

),

final as (

    select * from stored
    where {{ is_listed('source_system') }}

)

select * from final
