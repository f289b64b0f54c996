{#- Rows made of one row, on Spark: a generator stands alone in a select list, and a sequence that
    runs backwards is an error. -#}

{% macro spark__rows_per_step(relation, first, last, step, name, columns, where) -%}
    {{ select_with(
        columns,
        'explode(case when ' ~ first ~ ' <= ' ~ last ~ ' then sequence('
            ~ first ~ ', ' ~ last ~ ', interval ' ~ step ~ ') end)',
        name, relation, where
    ) }}
{%- endmacro %}

{% macro spark__rows_per_number(relation, first, last, name, columns, where) -%}
    {{ select_with(
        columns,
        'explode(case when ' ~ first ~ ' <= ' ~ last ~ ' then sequence(cast('
            ~ first ~ ' as bigint), ' ~ last ~ ') end)',
        name, relation, where
    ) }}
{%- endmacro %}

{% macro spark__rows_per_day(relation, first, last, name, columns, where) -%}
    {%- set first_day = 'cast(' ~ first ~ ' as date)' -%}
    {%- set last_day = 'cast(' ~ last ~ ' as date)' -%}
    {{ select_with(
        columns,
        'explode(case when ' ~ first_day ~ ' <= ' ~ last_day ~ ' then sequence('
            ~ first_day ~ ', ' ~ last_day ~ ', interval 1 day) end)',
        name, relation, where
    ) }}
{%- endmacro %}

{% macro spark__rows_per_word(relation, list, name, columns) -%}
    {{ select_with(
        columns, 'explode(split(' ~ list ~ ", ','))", name, relation, none
    ) }}
{%- endmacro %}

{#- Spark counts places from 0. -#}
{% macro spark__rows_per_element(relation, document, name, position, columns, where) -%}
    {%- set elements = "from_json(case when ltrim(" ~ document ~ ") like '[%' then "
        ~ document ~ " end, 'array<string>')" -%}
    {%- if position -%}
    select
        * except (place_from_0),
        place_from_0 + 1 as {{ position }}
    from (
        {{ select_with(
            columns, 'posexplode(' ~ elements ~ ')', '(place_from_0, ' ~ name ~ ')', relation, where
        ) }}
    )
    {%- else -%}
    {{ select_with(columns, 'explode(' ~ elements ~ ')', name, relation, where) }}
    {%- endif -%}
{%- endmacro %}
