{% macro bigquery__engine_type(type) -%}
    {{ return({'varchar': 'string', 'double': 'float64'}.get(type, type)) }}
{%- endmacro %}
