{#- Lists kept as sorted text, on BigQuery. -#}

{% macro bigquery__sorted_text_list(expression) -%}
    string_agg(distinct {{ expression }}, ',' order by {{ expression }})
{%- endmacro %}

{% macro bigquery__sort_text_list(expression) -%}
    (
        select string_agg(distinct word, ',' order by word)
        from unnest(split({{ expression }}, ',')) as word
    )
{%- endmacro %}

{% macro bigquery__common_of_text_lists(one, other) -%}
    (
        select string_agg(distinct word, ',' order by word)
        from unnest(split({{ one }}, ',')) as word
        where word in unnest(split({{ other }}, ','))
    )
{%- endmacro %}

{% macro bigquery__joined(mark, parts) -%}
    array_to_string([{{ parts }}], '{{ mark }}')
{%- endmacro %}
