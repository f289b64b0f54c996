{{ config(materialized=restated(), meta={'restated': {}}) }}
-- One row per listed feed. A feed that states nothing, as the native one whose stations say all
-- themselves, has the defaults.
with settings as (

    select * from {{ ref('stg_ecocharge_state__feeds') }}

),

listed as (
    {% for name in var('ecocharge_sources') %}
    select '{{ name }}' as source_system
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        listed.source_system,
        settings.description,
        settings.time_zone,
        settings.country_code,
        settings.region,
        settings.city,
        settings.currency,
        settings.grid_zone,
        coalesce(settings.time_zone_is_assumed, false) as time_zone_is_assumed,
        coalesce(settings.declared_lag_minutes, 15) as declared_lag_minutes
    from listed
    left join settings on listed.source_system = settings.source_system

)

select * from final
