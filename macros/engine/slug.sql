{#- Lower-case letters, digits and single hyphens: a name fit for an id. What is lost of a name in
    another script is made up for by a part of its hash. -#}
{% macro slug(expression) -%}
    {{ return(adapter.dispatch('slug')(expression)) }}
{%- endmacro %}

{% macro default__slug(expression) -%}
    {%- set latin = "trim(regexp_replace(lower(" ~ expression
        ~ "), '[^a-z0-9]+', '-', 'g'), '-')" -%}
    case
        when trim({{ expression }}) = '' then ''
        when {{ latin }} = '' or not regexp_full_match({{ expression }}, '[ -~]*')
            then concat_ws('-', nullif({{ latin }}, ''), left(md5({{ expression }}), 8))
        else {{ latin }}
    end
{%- endmacro %}
