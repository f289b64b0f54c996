{#- Rows that earlier builds stored in the durable state; none while the table does not exist. -#}
{% macro stored_forecasts(identifier, columns) -%}
    {%- set relation = api.Relation.create(
        database='state', schema='forecasting', identifier=identifier
    ) -%}
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
