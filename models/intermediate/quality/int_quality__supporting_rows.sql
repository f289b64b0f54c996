-- Rows that describe the network rather than a session: they are counted, so that a file's rows
-- add up, and refused where the line could not be read.
{%- set entities = [
    ('native', 'stg_native__stations'),
    ('native', 'stg_native__connectors'),
    ('native', 'stg_native__meter_values'),
    ('native', 'stg_native__grid_factors'),
    ('dundee', 'stg_dundee__stations'),
] %}
with
{%- for source_system, model in entities %}

{{ model }} as (

    select * from {{ ref(model) }}

),
{%- endfor %}

final as (
    {% for source_system, model in entities %}
    select
        '{{ source_system }}' as source_system,
        source_file,
        source_line,
        load_id,
        parse_error,
        raw_bytes,
        raw_hash
    from {{ model }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from final
