{#- Regular expressions, without backslashes: engines read them differently in a text. -#}

{#- True where the whole text fits the pattern. -#}
{% macro full_match(expression, pattern) -%}
    {{ return(adapter.dispatch('full_match')(expression, pattern)) }}
{%- endmacro %}

{% macro default__full_match(expression, pattern) -%}
    regexp_full_match({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{#- Without any of these characters at either end. -#}
{% macro trim_characters(expression, characters) -%}
    {{ return(adapter.dispatch('trim_characters')(expression, characters)) }}
{%- endmacro %}

{% macro default__trim_characters(expression, characters) -%}
    trim({{ expression }}, '{{ characters }}')
{%- endmacro %}

{% macro trim_end(expression, characters) -%}
    {{ return(adapter.dispatch('trim_end')(expression, characters)) }}
{%- endmacro %}

{% macro default__trim_end(expression, characters) -%}
    rtrim({{ expression }}, '{{ characters }}')
{%- endmacro %}

{#- What one of the groups of a pattern stands for in a text; NULL where it does not fit. -#}
{% macro group_of_match(expression, pattern, group, groups) -%}
    {{ return(adapter.dispatch('group_of_match')(expression, pattern, group, groups)) }}
{%- endmacro %}

{% macro default__group_of_match(expression, pattern, group, groups) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{#- The nth part of a text that a mark divides, from 1. -#}
{% macro part_of(expression, mark, n) -%}
    {{ return(adapter.dispatch('part_of')(expression, mark, n)) }}
{%- endmacro %}

{% macro default__part_of(expression, mark, n) -%}
    split_part({{ expression }}, '{{ mark }}', {{ n }})
{%- endmacro %}

{% macro contains_text(text, part) -%}
    {{ return(adapter.dispatch('contains_text')(text, part)) }}
{%- endmacro %}

{% macro default__contains_text(text, part) -%}
    contains({{ text }}, {{ part }})
{%- endmacro %}
