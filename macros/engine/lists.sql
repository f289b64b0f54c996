{#- Lists are stored as sorted text, so that two builds compare equal. -#}

{% macro sorted_text_list(expression) -%}
    {{ return(adapter.dispatch('sorted_text_list')(expression)) }}
{%- endmacro %}

{% macro default__sorted_text_list(expression) -%}
    string_agg(distinct {{ expression }}, ',' order by {{ expression }})
{%- endmacro %}

{#- A list that is text already, in order and without repeats. -#}
{% macro sort_text_list(expression) -%}
    {{ return(adapter.dispatch('sort_text_list')(expression)) }}
{%- endmacro %}

{% macro default__sort_text_list(expression) -%}
    array_to_string(list_sort(list_distinct(string_split({{ expression }}, ','))), ',')
{%- endmacro %}

{#- What two lists have in common, in order and without repeats; NULL for nothing. -#}
{% macro common_of_text_lists(one, other) -%}
    {{ return(adapter.dispatch('common_of_text_lists')(one, other)) }}
{%- endmacro %}

{% macro default__common_of_text_lists(one, other) -%}
    nullif(
        array_to_string(
            list_sort(list_intersect(string_split({{ one }}, ','), string_split({{ other }}, ','))),
            ','
        ),
        ''
    )
{%- endmacro %}

{#- What is known of several texts, with a mark between them; '' where nothing is. The texts are a
    list of SQL expressions, given as one or between `call` and `endcall`. -#}
{% macro joined(mark, parts=none) -%}
    {{ return(adapter.dispatch('joined')(mark, parts or caller())) }}
{%- endmacro %}

{% macro default__joined(mark, parts) -%}
    concat_ws('{{ mark }}', {{ parts }})
{%- endmacro %}
