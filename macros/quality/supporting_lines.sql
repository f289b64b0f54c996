{#- What the accounts need of rows that describe the network: where each came from, and whether it
    could be read. -#}
{% macro supporting_lines(relations) -%}
    {%- for relation in relations -%}
    select
        source_system,
        source_file,
        source_line,
        load_id,
        parse_error,
        raw_bytes,
        raw_hash
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
