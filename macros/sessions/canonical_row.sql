{#- A select list of given columns: lineage is carried over under its own name. -#}
{% macro canonical_row(columns, mapping) -%}
    {%- set names = columns | map(attribute=0) | list -%}
    {%- for name in mapping if name not in names -%}
        {{ exceptions.raise_compiler_error(name ~ ' is not a canonical column') }}
    {%- endfor -%}
    {%- set lineage = lineage_columns() | map(attribute=0) | list -%}
    {%- for name, type in columns -%}
    cast({{ mapping.get(name, name if name in lineage else 'null') }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
