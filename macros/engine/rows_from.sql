{#- Rows made of one row: per step of time, day, word of a list or element of a JSON list. Each macro
    is a whole select, since engines disagree where a list may be taken apart. -#}

{#- One row per step from first to last, both included; none where last is before first. -#}
{% macro rows_per_step(relation, first, last, step, name, columns=['*'], where=none) -%}
    {{ return(adapter.dispatch('rows_per_step')(
        relation, first, last, step, name, columns, where
    )) }}
{%- endmacro %}

{% macro default__rows_per_step(relation, first, last, step, name, columns, where) -%}
    {{ select_with(
        columns,
        'unnest(generate_series(' ~ first ~ ', ' ~ last ~ ', interval ' ~ step ~ '))',
        name, relation, where
    ) }}
{%- endmacro %}

{#- One row per whole number from first to last, both included. -#}
{% macro rows_per_number(relation, first, last, name, columns=['*'], where=none) -%}
    {{ return(adapter.dispatch('rows_per_number')(relation, first, last, name, columns, where)) }}
{%- endmacro %}

{% macro default__rows_per_number(relation, first, last, name, columns, where) -%}
    {{ select_with(
        columns, 'unnest(generate_series(' ~ first ~ ', ' ~ last ~ '))', name, relation, where
    ) }}
{%- endmacro %}

{#- One row per date from that of the first timestamp to that of the last. -#}
{% macro rows_per_day(relation, first, last, name, columns=['*'], where=none) -%}
    {{ return(adapter.dispatch('rows_per_day')(relation, first, last, name, columns, where)) }}
{%- endmacro %}

{% macro default__rows_per_day(relation, first, last, name, columns, where) -%}
    {{ select_with(
        columns,
        "cast(unnest(generate_series(date_trunc('day', " ~ first ~ "), date_trunc('day', " ~ last
            ~ "), interval 1 day)) as date)",
        name, relation, where
    ) }}
{%- endmacro %}

{#- One row per word of a list kept as text; none for NULL. -#}
{% macro rows_per_word(relation, list, name, columns=['*']) -%}
    {{ return(adapter.dispatch('rows_per_word')(relation, list, name, columns)) }}
{%- endmacro %}

{% macro default__rows_per_word(relation, list, name, columns) -%}
    {{ select_with(
        columns, "unnest(string_split(" ~ list ~ ", ','))", name, relation, none
    ) }}
{%- endmacro %}

{#- One row per element of a JSON list, as JSON text, with its place from 1 where `position` names a
    column for it; no rows where the document is no list. -#}
{% macro rows_per_element(
    relation, document, name, position=none, columns=['*'], where=none
) -%}
    {{ return(adapter.dispatch('rows_per_element')(
        relation, document, name, position, columns, where
    )) }}
{%- endmacro %}

{% macro default__rows_per_element(relation, document, name, position, columns, where) -%}
    {%- set elements = "case when json_type(" ~ document ~ ") = 'ARRAY' then from_json("
        ~ document ~ ", '[\"json\"]') end" -%}
    {%- set places = ['generate_subscripts(' ~ elements ~ ', 1) as ' ~ position]
        if position else [] -%}
    {{ select_with(
        columns + places, 'cast(unnest(' ~ elements ~ ') as string)', name, relation, where
    ) }}
{%- endmacro %}

{% macro select_with(columns, expression, name, relation, where) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ expression }} as {{ name }}
    from {{ relation }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
{%- endmacro %}
