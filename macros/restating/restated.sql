{#- True when the table was made by this project as it is: a part of it can be made anew. -#}
{% macro is_as_restated(relation) -%}
    {%- if should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set found = run_query(
        "select count(*) from duckdb_tables() cross join changes.project"
        ~ " where database_name = '" ~ relation.database ~ "' and schema_name = 'changes'"
        ~ " and table_name = '" ~ relation.identifier ~ "' and comment = fingerprint"
    ) -%}
    {{ return(found.columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- All of it, as the materialization table does. -#}
{% macro state_whole(existing, target_relation, sql, inputs) -%}
    {%- set changes = 'changes.' ~ target_relation.identifier -%}
    {%- set made = make_intermediate_relation(target_relation) -%}
    {%- set before = make_backup_relation(
        target_relation, 'table' if existing is none else existing.type
    ) -%}
    {%- set was_lost = existing is none and is_as_restated(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(made)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(before)) -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, made, sql) }}
    {%- endcall -%}
    {%- if existing is not none -%}
        {%- do adapter.rename_relation(existing, before) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(made, target_relation) -%}
    {%- call statement('remembered') -%}
        {%- if was_lost %}
        insert into {{ changes }}
        select *, true as is_after, '{{ invocation_id }}' as changed_in from {{ target_relation }};
        {%- else %}
        create or replace table {{ changes }} as
        select *, true as is_after, '' as changed_in from {{ target_relation }} limit 0;
        comment on table {{ changes }} is '{{ project_fingerprint() }}';
        {%- endif %}
        {{ entered_as_made(inputs, "'" ~ invocation_id ~ "'") }};
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(before) -%}
{%- endmacro %}

{#- What is touched, compared with what stood there; nothing is written where nothing differs. -#}
{% macro restate(target_relation, sql, inputs) -%}
    {%- set rules = config.get('meta', {}).get('restated', {}) -%}
    {%- set name = target_relation.identifier -%}
    {%- if rules.touched and touch(name, rules.touched) == 0 -%}
        {%- call statement('main') -%}
        select 0 as differences
        {%- endcall -%}
        {{ return('') }}
    {%- endif -%}
    {%- set columns =
        adapter.get_columns_in_relation(target_relation) | map(attribute='quoted') | join(', ') -%}
    {%- set stated, restated, differing =
        name ~ '__stated', name ~ '__restated', name ~ '__differing' -%}
    {%- if rules.touched -%}
        {%- set sql = narrowed(sql, model.depends_on.nodes, rules.get('narrows', {})) -%}
    {%- endif -%}
    {%- do run_query(
        'create or replace temporary table ' ~ restated ~ ' as '
        ~ only_touched('(' ~ sql ~ ')', name, columns, rules)
    ) -%}
    {%- do run_query(
        'create or replace temporary table ' ~ stated ~ ' as '
        ~ only_touched(target_relation, name, 'rowid as stated_row, ' ~ columns, rules)
    ) -%}
    {%- do run_query(
        'create or replace temporary table ' ~ differing ~ ' as '
        ~ 'select *, false as is_after from (select ' ~ columns ~ ' from ' ~ stated
        ~ ' except all from ' ~ restated ~ ') union all select *, true as is_after from (from '
        ~ restated ~ ' except all select ' ~ columns ~ ' from ' ~ stated ~ ')'
    ) -%}
    {%- set differences =
        run_query('select count(*) from ' ~ differing).columns[0].values()[0] -%}
    {%- call statement('main') -%}
        {%- if differences == 0 %}
        {{ entered_as_made(inputs, '(' ~ last_made('content', [model.unique_id]) ~ ')') }};
        {%- else %}
        {{ entered_as_made(inputs, "'" ~ invocation_id ~ "'") }};
        insert into changes.{{ name }}
        select *, '{{ invocation_id }}' as changed_in from {{ differing }};
        delete from {{ target_relation }} where rowid in (select stated_row from {{ stated }});
        insert into {{ target_relation }} ({{ columns }}) select * from {{ restated }};
        {%- endif %}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- for each in [stated, restated, differing] -%}
        {%- do run_query('drop table ' ~ each) -%}
    {%- endfor -%}
{%- endmacro %}

{#- Takes the keys that a model asks for into `touched.<model>`; how many there are. -#}
{% macro touch(name, keys) -%}
    {%- set made = run_query(
        'create or replace table touched.' ~ name ~ ' as select distinct * from (' ~ keys
        ~ ') as keys_touched'
    ) -%}
    {{ return(made.columns[0].values()[0]) }}
{%- endmacro %}

{#- The rows of a relation or a query whose key was touched; all where no key says so. -#}
{% macro only_touched(rows, name, columns, rules) -%}
    {%- set keys = rules.get('key', {}) -%}
    select {{ columns }} from {{ rows }} as rows_at_hand
    {%- if rules.touched %}
    semi join touched.{{ name }} as keys_touched
        on
            {%- for key in keys %}
            {{ 'rows_at_hand.' ~ key if keys is not mapping or keys[key] == key else keys[key] }}
            = keys_touched.{{ key }}
            {{- ' and' if not loop.last }}
            {%- endfor %}
    {%- endif -%}
{%- endmacro %}

{#- How tables are made that arrivals touch in part: where an engine has no such way, whole. -#}
{% macro restated() -%}
    {{ return(adapter.dispatch('restated')()) }}
{%- endmacro %}

{% macro default__restated() -%}
    {{ return('table') }}
{%- endmacro %}

{% macro duckdb__restated() -%}
    {{ return('incremental') }}
{%- endmacro %}
