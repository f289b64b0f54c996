-- Rows that describe the network rather than a session: they are counted, so that a file's rows
-- add up, and refused where the line could not be read.
{%- set models = [
    'int_quality__native_rows',
    'stg_chargeplace_scotland__charge_points',
    'int_quality__generic_csv_rows',
    'int_ocpi__supporting_rows',
    'int_ocpp__supporting_rows',
    'int_grid__readings',
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
