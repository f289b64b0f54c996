{% macro spark__engine_type(type) -%}
    {{ return('string' if type == 'varchar' else type) }}
{%- endmacro %}
