{#- Lists kept as sorted text, on Spark. -#}

{% macro spark__sorted_text_list(expression) -%}
    nullif(array_join(sort_array(collect_set({{ expression }})), ','), '')
{%- endmacro %}

{% macro spark__sort_text_list(expression) -%}
    array_join(sort_array(array_distinct(split({{ expression }}, ','))), ',')
{%- endmacro %}

{% macro spark__common_of_text_lists(one, other) -%}
    nullif(
        array_join(
            sort_array(array_intersect(split({{ one }}, ','), split({{ other }}, ','))), ','
        ),
        ''
    )
{%- endmacro %}
