{#- What would be made of the same query over the same rows as before stands. `changes.made` keeps,
    by node, of what it was made, and what came out, each as a short text. -#}

{#- What this node is made of now, and whether it was made of just that. -#}
{% macro what_it_is_made_of(query) -%}
    {%- if not keeps_what_was_made() -%}
        {{ return({'inputs': none, 'stands': false}) }}
    {%- endif -%}
    {%- set parents = model.depends_on.nodes | unique | list -%}
    {%- set found = run_query(
        "select md5('" ~ local_md5(query or '') ~ "' || any_value(fingerprint)"
        ~ " || coalesce(string_agg(node || content, '|' order by node), '')) as now_made_of,"
        ~ " now_made_of = (" ~ last_made('inputs', [model.unique_id]) ~ ") as stands"
        ~ " from changes.project left join (" ~ last_made('node, content', parents)
        ~ ") as parents on true having count(content) = " ~ parents | length
    ) -%}
    {%- set row = found.rows[0] if found.rows else [none, none] -%}
    {{ return({'inputs': row[0], 'stands': row[1] is true and not flags.FULL_REFRESH}) }}
{%- endmacro %}

{% macro keeps_what_was_made() -%}
    {{ return(
        execute
        and adapter.get_relation(target.database, 'changes', 'made') is not none
    ) }}
{%- endmacro %}

{#- Of nodes, what was entered last. -#}
{% macro last_made(columns, nodes) -%}
    select {{ columns }} from changes.made where node in ('{{ nodes | join("', '") }}')
    qualify row_number() over (partition by node order by step desc) = 1
{%- endmacro %}

{#- Enters of what this node was made, and what came out; first without, so that one whose making
    was killed does not stand. -#}
{% macro entered_as_made(inputs, content) -%}
    insert into changes.made
    select
        '{{ model.unique_id }}',
        {{ "'" ~ inputs ~ "'" if inputs else 'null' }},
        {{ content or 'null' }},
        {{ 2 if content else 1 }}
{%- endmacro %}

{#- Rows, and the sum of their hashes. -#}
{% macro content_of(relation) -%}
    (select count(*) || '-' || coalesce(sum(hash(rows_of_it)), 0) from {{ relation }} as rows_of_it)
{%- endmacro %}

{#- Makes a node as dbt does, unless it stands. -#}
{% macro made_unless_it_stands(materialization, query, existing, content=none) -%}
    {%- set made = what_it_is_made_of(query) -%}
    {%- if made.stands and existing is not none -%}
        {{ return(left_standing(existing)) }}
    {%- endif -%}
    {%- if not keeps_what_was_made() -%}
        {{ return(materialization()) }}
    {%- endif -%}
    {%- do run_query(entered_as_made(none, none)) -%}
    {%- set relations = materialization() -%}
    {%- if content is none and made.inputs -%}
        {%- set content = "'" ~ made.inputs ~ "'" -%}
    {%- endif -%}
    {%- do run_query(entered_as_made(made.inputs, content)) -%}
    {{ return(relations) }}
{%- endmacro %}

{% macro left_standing(existing) -%}
    {%- call noop_statement('main', 'STANDS') -%}
    {%- endcall -%}
    {%- if model.resource_type == 'seed' -%}
        {%- do store_raw_result('agate_table') -%}
    {%- endif -%}
    {{ return({'relations': [existing]}) }}
{%- endmacro %}

{#- Before a run: what is kept of the ones before, and what sources hold now. -#}
{% macro kept_of_what_was_made() -%}
    create table if not exists changes.made (
        node varchar, inputs varchar, content varchar, step integer
    );
    create or replace temporary table kept as
    select node, inputs, content, 0 as step from changes.made
    where node not like 'source.%'
    qualify row_number() over (partition by node order by step desc) = 1;
    create or replace table changes.made as
    from kept
    {%- for declared in graph.get('sources', {}).values() %}
    union all
    select '{{ declared.unique_id }}', null, {{ content_of_source(declared) }}, 0
    {%- endfor %};
    drop table kept;
{%- endmacro %}

{#- Of a table of the state, its rows; of landed files, which they are. -#}
{% macro content_of_source(declared) -%}
    {%- if declared.meta.external_location -%}
    (
        select count(*) || md5(coalesce(string_agg(
            filename || size || epoch_us(last_modified), '|' order by filename
        ), ''))
        from read_blob('{{ declared.meta.external_location.format(name=declared.name) }}')
    )
    {%- else -%}
        {%- set relation = api.Relation.create(
            database=declared.database, schema=declared.schema, identifier=declared.identifier
        ) -%}
        {{- content_of(relation) if relation_exists(relation) else "'none'" -}}
    {%- endif -%}
{%- endmacro %}
