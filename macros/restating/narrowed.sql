{#- A model's query over parts of what it reads. Views in between are taken in, so that a part of
    the table that they read is not lost behind them. -#}
{% macro narrowed(sql, parents, narrows) -%}
    {%- set text = namespace(sql=sql) -%}
    {%- for parent in parents -%}
        {%- set node = graph.nodes.get(parent) -%}
        {%- if node and node.name in narrows -%}
            {%- set rows = narrows[node.name] | trim -%}
            {%- if not rows.startswith('select') -%}
                {%- set condition = rows if rows.startswith('semi join') else 'where ' ~ rows -%}
                {%- set rows =
                    'select * from ' ~ node.schema ~ '.' ~ node.alias ~ ' ' ~ condition -%}
            {%- endif -%}
            {%- set text.sql = with_instead(text.sql, node, '(' ~ rows ~ ')') -%}
        {%- elif node and node.config.materialized == 'view' -%}
            {%- set body = view_body(node) -%}
            {%- set part = narrowed(body, node.depends_on.nodes, narrows) -%}
            {%- if part != body -%}
                {%- set text.sql = with_instead(text.sql, node, '(' ~ part ~ ')') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if 'landed_rows' in narrows -%}
        {%- set landed = "read_parquet[(]'[^']+', [(]union_by_name = true[)][)]" -%}
        {%- for files in modules.re.findall(landed, text.sql) | unique -%}
            {%- set part = '(select * from ' ~ files ~ ' where ' ~ narrows.landed_rows ~ ')' -%}
            {%- set text.sql = text.sql | replace(files, part) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(text.sql) }}
{%- endmacro %}

{#- A query that reads something else in the place of a relation. -#}
{% macro with_instead(sql, node, part) -%}
    {%- set named = '(?:"?' ~ node.database ~ '"?[.])?"?' ~ node.schema ~ '"?[.]"?' ~ node.alias
        ~ '"?(?![A-Za-z0-9_."])' -%}
    {{ return(modules.re.split(named, sql) | join(part)) }}
{%- endmacro %}

{% macro view_body(node) -%}
    {%- set found = run_query(
        "select sql from duckdb_views() where database_name = '" ~ node.database
        ~ "' and schema_name = '" ~ node.schema ~ "' and view_name = '" ~ node.alias ~ "'"
    ) -%}
    {%- set statement = found.columns[0].values()[0] | trim -%}
    {{ return(statement.rstrip(';').split(' AS ', 1)[1]) }}
{%- endmacro %}
