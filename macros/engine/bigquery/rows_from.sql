{#- Rows made of one row, on BigQuery: a list is taken apart beside the relation it is of. -#}

{% macro bigquery__rows_per_step(relation, first, last, step, name, columns, where) -%}
    {{ select_beside(
        columns,
        'generate_timestamp_array(' ~ first ~ ', ' ~ last ~ ', interval ' ~ step ~ ')',
        name, relation, where
    ) }}
{%- endmacro %}

{% macro bigquery__rows_per_number(relation, first, last, name, columns, where) -%}
    {{ select_beside(
        columns, 'generate_array(' ~ first ~ ', ' ~ last ~ ')', name, relation, where
    ) }}
{%- endmacro %}

{% macro bigquery__rows_per_day(relation, first, last, name, columns, where) -%}
    {{ select_beside(
        columns,
        'generate_date_array(date(' ~ first ~ '), date(' ~ last ~ '), interval 1 day)',
        name, relation, where
    ) }}
{%- endmacro %}

{% macro bigquery__rows_per_word(relation, list, name, columns) -%}
    {{ select_beside(columns, "split(" ~ list ~ ", ',')", name, relation, none) }}
{%- endmacro %}

{#- BigQuery counts places from 0. -#}
{% macro bigquery__rows_per_element(relation, document, name, position, columns, where) -%}
    {%- set elements = 'json_query_array(' ~ document ~ ')' -%}
    {%- if position -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ name }},
        place_from_0 + 1 as {{ position }}
    from {{ relation }}
    cross join unnest({{ elements }}) as {{ name }} with offset as place_from_0
    {%- if where %}
    where {{ where }}
    {%- endif %}
    {%- else -%}
    {{ select_beside(columns, elements, name, relation, where) }}
    {%- endif -%}
{%- endmacro %}

{% macro select_beside(columns, elements, name, relation, where) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ name }}
    from {{ relation }}
    cross join unnest({{ elements }}) as {{ name }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
{%- endmacro %}
