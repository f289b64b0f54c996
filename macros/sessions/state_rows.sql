{#- Rows of a table in the durable state, or none of the right types while it does not exist. -#}
{% macro state_rows(table, columns, source_name='ecocharge_state') -%}
    {%- set relation = source(source_name, table) -%}
    {%- if has_state(relation) -%}
    select
        {%- for name, _ in columns %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- else -%}
    select
        {%- for name, type in columns %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif -%}
{%- endmacro %}

{#- Before a run: what an engine must be told of where the durable state is. -#}
{% macro know_state() -%}
    {{ adapter.dispatch('know_state')() }}
{%- endmacro %}

{#- It is attached. -#}
{% macro default__know_state() -%}{%- endmacro %}

{% macro has_state(relation) -%}
    {%- if not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(relation_exists(relation)) }}
{%- endmacro %}

{% macro relation_exists(relation) -%}
    {{ return(adapter.dispatch('relation_exists')(relation)) }}
{%- endmacro %}

{% macro default__relation_exists(relation) -%}
    {%- set found = run_query(
        "select count(*) from information_schema.tables where table_catalog = '"
        ~ relation.database ~ "' and table_schema = '" ~ relation.schema
        ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {{ return(found.columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- True for a feed that is listed in `ecocharge_sources`. -#}
{% macro is_listed(expression) -%}
    {{ expression }} in (
        {%- for name in var('ecocharge_sources') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}
