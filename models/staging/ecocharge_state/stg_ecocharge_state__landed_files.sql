-- Every file that takes part, with the rows counted when it was read: by the landing manifest, or,
-- for the committed seeds, by the seeds' own row counts.
{%- set entities = ['stations', 'connectors', 'sessions', 'meter_values', 'grid_factors'] %}
{%- set native_is_seeded = var('ecocharge_native_from') == 'seeds' %}
with manifest as (

    {{ state_rows('landing_manifest', [
        ('source_system', 'string'),
        ('entity', 'string'),
        ('source_file', 'string'),
        ('load_id', 'string'),
        ('rows_in', 'bigint'),
        ('blank_lines', 'bigint'),
        ('unparsable_rows', 'bigint'),
        ('arrival_seq', 'bigint'),
        ('landed_at_utc', 'timestamp'),
    ]) }}

),

landed as (

    select * from manifest
    where
        {{ is_listed('source_system') }}
        {%- if native_is_seeded %}
        and source_system <> 'native'
        {%- endif %}

),

seeded as (
    {% for entity in entities %}
    select
        'native' as source_system,
        '{{ entity }}' as entity,
        'seeds/native/native_{{ entity }}.csv' as source_file,
        'seed' as load_id,
        count(*) as rows_in,
        cast(0 as bigint) as blank_lines,
        cast(0 as bigint) as unparsable_rows,
        cast(0 as bigint) as arrival_seq,
        cast(null as timestamp) as landed_at_utc
    from {{ ref('native_' ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select * from landed
    {%- if 'native' in var('ecocharge_sources') and native_is_seeded %}
    union all
    select * from seeded
    {%- endif %}

)

select * from final
