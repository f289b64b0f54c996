{#- What has landed and what is kept, on Spark: tables in the catalog say so, since SQL lists no files. -#}

{#- The durable state as `ecocharge share` wrote it. Without the folder, the catalog stays as it is. -#}
{% macro spark__know_state() -%}
    {%- set folder = env_var('ECOCHARGE_SPARK_STATE', '') -%}
    {%- set tables = [
        source('ecocharge_state', 'landing_manifest'),
        source('ecocharge_state', 'feeds'),
        source('ecocharge_publications', 'published_days'),
        source('ecocharge_publications', 'published_loads'),
        source('ecocharge_publications', 'restatements'),
        source('ecocharge_runs', 'runs'),
    ] -%}
    {%- for table in tables if execute and folder -%}
        {%- set place = folder ~ '/' ~ table.schema ~ '/' ~ table.identifier -%}
        {%- do run_query('create schema if not exists ' ~ table.schema) -%}
        {%- do run_query('drop table if exists ' ~ table) -%}
        {%- do run_query('create table ' ~ table ~ " using parquet location '" ~ place ~ "'") -%}
    {%- endfor -%}
{%- endmacro %}

{% macro spark__known_feeds() -%}
    {%- set feeds = source('ecocharge_state', 'feeds') -%}
    {%- if not relation_exists(feeds) -%}
        {{ return(['native']) }}
    {%- endif -%}
    {%- set found = run_query("select source_system from " ~ feeds ~ " union select 'native'") -%}
    {{ return(found.columns[0].values() | sort) }}
{%- endmacro %}

{% macro spark__landing_has_files(feed, folder) -%}
    {%- set manifest = source('ecocharge_state', 'landing_manifest') -%}
    {%- if not relation_exists(manifest) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set found = run_query(
        "select count(*) from " ~ manifest ~ " where source_system = '" ~ feed
        ~ "' and entity = '" ~ folder ~ "'"
    ) -%}
    {{ return(found.columns[0].values()[0] > 0) }}
{%- endmacro %}

{% macro spark__landed_relation(adapter_name, entity) -%}
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
