{#- What has landed and what is kept, on BigQuery: the tables that sources name are there, external
    ones over the landed files among them. Nothing is asked while compiling. -#}

{% macro bigquery__known_feeds() -%}
    {{ return(var('ecocharge_sources')) }}
{%- endmacro %}

{% macro bigquery__landing_has_files(feed, folder) -%}
    {{ return(true) }}
{%- endmacro %}

{% macro bigquery__relation_exists(relation) -%}
    {{ return(true) }}
{%- endmacro %}

{% macro bigquery__landed_relation(adapter_name, entity, declared) -%}
    {{ return(declared) }}
{%- endmacro %}
