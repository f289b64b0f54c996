{#- What dbt asks of an adapter, where Spark's answer does not do. -#}

{#- Contracts name the types of DuckDB. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    select
        {%- for name, column in columns.items() %}
        cast(null as {{ engine_type(column.data_type) }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{#- One JSON text per thousand rows: the adapter's own values lose NULL and end at an apostrophe. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- set names = agate_table.column_names -%}
    {%- set statements = [] -%}
    {%- for rows in agate_table.rows | batch(1000) -%}
        {%- set objects = [] -%}
        {%- for row in rows -%}
            {%- set object = {} -%}
            {%- for name in names if row[name] is not none -%}
                {%- do object.update({name: row[name] | string}) -%}
            {%- endfor -%}
            {%- do objects.append(object) -%}
        {%- endfor -%}
        {%- set text = tojson(objects) | replace('\\', '\\\\') | replace("'", "\\'") -%}
        {%- set statement -%}
            insert into {{ this.render() }}
            select
                {%- for name in names %}
                cast({{ name }} as {{ engine_type(types.get(
                    name, adapter.convert_type(agate_table, loop.index0)
                )) }}) as {{ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from inline(from_json(
                '{{ text }}', 'array<struct<{{ names | join(": string, ") }}: string>>'
            ))
        {%- endset -%}
        {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
        {%- do statements.append(statement) -%}
    {%- endfor -%}
    {{ return(statements | first) }}
{%- endmacro %}
