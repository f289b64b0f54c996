-- Every landed grid reading with its zone, its factor set, and whether it can be used. The hours of
-- one feed and year are a set; the native feed names its own, which the seed must declare.
{%- set columns = grid_reading_columns() | map(attribute=0) | list %}
with native as (

    select * from {{ ref('stg_native__grid_factors') }}

),

generation as (

    select * from {{ ref('stg_carbon__generation') }}

),

zone_hours as (

    select * from {{ ref('stg_carbon__zone_hours') }}

),

periods as (

    select * from {{ ref('stg_carbon__periods') }}

),

feeds as (

    select * from {{ ref('int_sources__feeds') }}

),

declared_sets as (

    select * from {{ ref('grid_factor_sets') }}

),

published as (

    select * from generation
    union all
    select * from zone_hours
    union all
    select * from periods

),

zoned as (

    select
        published.*,
        feeds.grid_zone as zone_of_feed,
        coalesce(nullif(feeds.description, ''), published.source_system) as factor_source,
        {{ grid_zone_of_file('published.source_file') }} as zone_of_file
    from published
    left join feeds on published.source_system = feeds.source_system

),

unioned as (

    select
        {%- for name in columns %}
        {%- if name == 'grid_zone' %}
        coalesce(grid_zone, zone_of_feed, zone_of_file) as grid_zone,
        {%- else %}
        {{ name }},
        {%- endif %}
        {%- endfor %}
        case
            when grid_zone is not null then 'COLUMN'
            when zone_of_feed is not null then 'FEED'
            when zone_of_file is not null then 'FILE_NAME'
        end as grid_zone_from,
        source_system || '_' || extract(year from interval_start_utc) as factor_set_id,
        factor_source,
        cast(extract(year from interval_start_utc) as string) as factor_vintage,
        1 as preference
    from zoned
    union all
    select
        {{ grid_reading({
            'source_system': 'native.source_system',
            'exported_on': 'null',
            'grid_zone': 'native.grid_zone',
            'interval_start_utc': 'native.hour_start_utc',
            'interval_seconds': '3600',
            'g_co2_per_kwh': 'native.g_co2_per_kwh',
            'renewable_ratio': 'native.renewable_ratio',
            'factor_method': 'declared_sets.factor_method',
        }) }},
        'COLUMN' as grid_zone_from,
        native.factor_set_id,
        declared_sets.factor_source,
        declared_sets.factor_vintage,
        declared_sets.preference
    from native
    left join declared_sets on native.factor_set_id = declared_sets.factor_set_id

),

final as (

    select
        *,
        case
            when parse_error is not null then 'UNPARSABLE'
            when interval_start_utc is null or interval_seconds is null then 'NO_TIME'
            when grid_zone is null then 'NO_ZONE'
            when g_co2_per_kwh is null then 'NO_INTENSITY'
            when g_co2_per_kwh < 0 then 'NEGATIVE_INTENSITY'
            when preference is null then 'UNKNOWN_SET'
            else 'USABLE'
        end as reading_state
    from unioned

)

select * from final
