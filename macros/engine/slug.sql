{#- Lower-case letters, digits and single hyphens: a name fit for an id. -#}
{% macro slug(expression) -%}
    {{ return(adapter.dispatch('slug')(expression)) }}
{%- endmacro %}

{% macro default__slug(expression) -%}
    trim(regexp_replace(lower({{ expression }}), '[^a-z0-9]+', '-', 'g'), '-')
{%- endmacro %}
