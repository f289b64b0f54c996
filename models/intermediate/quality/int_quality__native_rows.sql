-- Rows of the native feed that describe the network rather than a session.
{%- set models = [
    'stg_native__stations',
    'stg_native__connectors',
    'stg_native__meter_values',
] %}
with
{%- for model in models %}

{{ model }} as (

    select * from {{ ref(model) }}

),
{%- endfor %}

final as (
    {% for model in models %}
    select
        source_system,
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
