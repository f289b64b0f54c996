-- Rows of generic_csv files that describe stations, or what a model says of sessions and drivers.
{%- set models = [
    'stg_generic_csv__stations',
    'stg_generic_csv__session_estimates',
    'stg_generic_csv__driver_estimates',
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
