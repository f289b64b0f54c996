{#- Before a run: what the project is, as far as its tables depend on it. A table made by another
    project, or with other settings, is made anew as a whole. -#}
{% macro begin_restating() -%}
    {{ return(adapter.dispatch('begin_restating')()) }}
{%- endmacro %}

{#- Other engines make every table anew. -#}
{% macro default__begin_restating() -%}
    select 1
{%- endmacro %}

{% macro duckdb__begin_restating() -%}
    {%- set root = invocation_args_dict.project_dir or '.' -%}
    {%- set forgotten = api.Relation.create(
        database='state', schema='landing', identifier='forgotten'
    ) -%}
    {%- set settings = [
        tojson(invocation_args_dict.get('vars', {}), sort_keys=true),
        env_var('ECOCHARGE_LANDING', 'data/landing'),
        dbt_version,
        run_query('select count(*) from ' ~ forgotten).columns[0].values()[0]
            if execute and relation_exists(forgotten) else 0,
    ] | join('|') -%}
    create schema if not exists changes;
    create schema if not exists touched;
    {{ kept_of_what_was_made() }}
    create or replace table changes.project as
    select
        md5(
            string_agg(filename || md5(content), '|' order by filename)
            || version() || '{{ settings | replace("'", "''") }}'
        ) as fingerprint
    from (
        select replace(filename, '{{ root }}/', '') as filename, content
        from read_text([
            {%- for files in [
                'models/**/*.sql', 'models/**/*.py', 'models/**/*.yml', 'macros/**/*.sql',
                'seeds/**/*.csv', 'seeds/**/*.yml', 'tests/**/*.sql', 'scripts/ecocharge/**/*.py',
                'dbt_project.yml', 'requirements.txt',
            ] %}
            '{{ root }}/{{ files }}',
            {%- endfor %}
            '{{ env_var('ECOCHARGE_FEEDS', root ~ '/feeds') }}/*.yml'
        ])
    ) as files
{%- endmacro %}

{% macro project_fingerprint() -%}
    {{ return(run_query('select fingerprint from changes.project').columns[0].values()[0]) }}
{%- endmacro %}

{#- After a run: changes that every model has seen that asks for them are forgotten. One that was
    not built, or not to its end, finds them by the next run. -#}
{% macro end_restating(results) -%}
    {{ return(adapter.dispatch('end_restating')(results)) }}
{%- endmacro %}

{% macro default__end_restating(results) -%}
    select 1
{%- endmacro %}

{% macro duckdb__end_restating(results) -%}
    {%- if not execute -%}
        {{ return('select 1') }}
    {%- endif -%}
    {%- set built = results | selectattr('status', 'equalto', 'success')
        | map(attribute='node.unique_id') | list -%}
    {%- set waiting = namespace(names=[]) -%}
    {%- set restated = graph.nodes.values()
        | selectattr('config.meta.restated', 'defined') | list -%}
    {%- for node in restated if node.unique_id not in built and relation_exists(
        api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)
    ) -%}
        {%- set touched = node.config.meta.restated.touched or '' -%}
        {%- set waiting.names = waiting.names
            + modules.re.findall('changes[.]([a-z0-9_]+)', touched) -%}
    {%- endfor -%}
    {%- for node in restated if node.name not in waiting.names and relation_exists(
        api.Relation.create(database=node.database, schema='changes', identifier=node.alias)
    ) %}
    delete from changes.{{ node.alias }};
    {%- endfor %}
    select 1
{%- endmacro %}
