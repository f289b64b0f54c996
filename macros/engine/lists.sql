{#- Lists are stored as sorted text, so that two builds compare equal. -#}

{% macro sorted_text_list(expression) -%}
    {{ return(adapter.dispatch('sorted_text_list')(expression)) }}
{%- endmacro %}

{% macro default__sorted_text_list(expression) -%}
    string_agg(distinct {{ expression }}, ',' order by {{ expression }})
{%- endmacro %}

{% macro split_text_list(expression) -%}
    {{ return(adapter.dispatch('split_text_list')(expression)) }}
{%- endmacro %}

{% macro default__split_text_list(expression) -%}
    unnest(string_split({{ expression }}, ','))
{%- endmacro %}
