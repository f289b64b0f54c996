-- Every file that takes part, with the rows counted when it was read: by the landing manifest, or,
-- for the committed seeds, by the seeds' own row counts.
with landed_files as (

    select * from {{ ref('stg_ecocharge_state__landed_files') }}

),

landed as (

    select
        source_system,
        source_file,
        load_id,
        rows_in
    from landed_files
    {%- if var('ecocharge_native_from') == 'seeds' %}
    where source_system <> 'native'
    {%- endif %}

),

{%- set entities = ['stations', 'connectors', 'sessions', 'meter_values', 'grid_factors'] %}
{%- for entity in entities %}

native_{{ entity }} as (

    select count(*) as rows_in from {{ ref('native_' ~ entity) }}

),
{%- endfor %}

seeded as (
    {% for entity in entities %}
    select
        'native' as source_system,
        'seeds/native/native_{{ entity }}.csv' as source_file,
        'seed' as load_id,
        rows_in
    from native_{{ entity }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select * from landed
    {%- if 'native' in var('ecocharge_sources') and var('ecocharge_native_from') == 'seeds' %}
    union all
    select * from seeded
    {%- endif %}

)

select * from final
