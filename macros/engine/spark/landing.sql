{#- What has landed and what is kept, on Spark: tables in the catalog say so, since SQL lists no files. -#}

{#- The durable state as `ecocharge share` wrote it. Without the folder, the catalog stays as it is. -#}
{% macro spark__know_state() -%}
    {%- set folder = env_var('ECOCHARGE_SPARK_STATE', '') -%}
    {%- set tables = {
        'landing': ['manifest', 'feeds'],
        'quality': ['published_days', 'published_loads', 'restatements'],
        'runs': ['runs'],
    } -%}
    {%- for schema, names in tables.items() if execute and folder -%}
        {%- do run_query('create schema if not exists ' ~ schema) -%}
        {%- for name in names -%}
            {%- set table = schema ~ '.' ~ name -%}
            {%- set place = folder ~ '/' ~ schema ~ '/' ~ name -%}
            {%- do run_query('drop table if exists ' ~ table) -%}
            {%- do run_query('create table ' ~ table ~ " using parquet location '" ~ place ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- The first column of a question to a table of the state; nothing where there is no such table. -#}
{% macro asked_of_state(name, question) -%}
    {%- set relation = api.Relation.create(schema='landing', identifier=name) -%}
    {%- if not relation_exists(relation) -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(run_query(question).columns[0].values() | list) }}
{%- endmacro %}

{% macro spark__known_feeds() -%}
    {%- set landed = asked_of_state('feeds', 'select source_system from landing.feeds') -%}
    {{ return((landed + ['native']) | unique | sort) }}
{%- endmacro %}

{% macro spark__landing_has_files(feed, folder) -%}
    {{ return(asked_of_state(
        'manifest',
        "select load_id from landing.manifest where source_system = '" ~ feed
        ~ "' and entity = '" ~ folder ~ "' limit 1"
    ) | length > 0) }}
{%- endmacro %}

{% macro spark__landed_relation(adapter_name, entity, declared) -%}
    {%- set feed = 'native' if adapter_name == 'native' else '*' -%}
    {{ return(
        'parquet.`' ~ env_var('ECOCHARGE_LANDING', 'data/landing') ~ '/' ~ feed ~ '/'
        ~ adapter_name ~ '_' ~ entity ~ '/*.parquet`'
    ) }}
{%- endmacro %}

{% macro spark__relation_exists(relation) -%}
    {{ return(
        adapter.get_relation(none, relation.schema, relation.identifier) is not none
    ) }}
{%- endmacro %}
