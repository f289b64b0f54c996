{#- The rows that the listed feeds have landed for an adapter, or none of the right types. -#}

{% macro lineage_columns() -%}
    {{ return([
        ('source_system', 'string'),
        ('source_file', 'string'),
        ('source_line', 'bigint'),
        ('load_id', 'string'),
        ('arrival_seq', 'bigint'),
        ('exported_on', 'string'),
        ('parse_error', 'string'),
        ('raw_bytes', 'bigint'),
        ('raw_hash', 'string'),
    ]) }}
{%- endmacro %}

{% macro landed_rows(adapter_name, entity, columns) -%}
    {%- set relation = landed_relation(adapter_name, entity) -%}
    {%- if has_landed(adapter_name, entity) -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {%- for name, _ in lineage_columns() %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    where {{ is_listed('source_system') }}
    {%- else -%}
    select
        {%- for column in columns %}
        cast(null as string) as {{ column }},
        {%- endfor %}
        {%- for name, type in lineage_columns() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif -%}
{%- endmacro %}

{#- The landed files of an adapter's entity, whichever feed they are of. -#}
{% macro landed_relation(adapter_name, entity) -%}
    {%- set declared = source(adapter_name, entity) -%}
    {%- if declared.is_cte -%}
        {#- What a unit test gives stands for it. -#}
        {{ return(declared) }}
    {%- endif -%}
    {{ return(adapter.dispatch('landed_relation')(adapter_name, entity, declared)) }}
{%- endmacro %}

{#- Without reading what each file holds, DuckDB takes all for as large as the first, and where that
    is small, builds hash tables on the largest table of all. -#}
{% macro duckdb__landed_relation(adapter_name, entity, declared) -%}
    {{ return('read_parquet(' ~ declared ~ ', union_by_name = true)') }}
{%- endmacro %}

{#- True when a feed listed in `ecocharge_sources` has landed files of the entity. -#}
{% macro has_landed(adapter_name, entity) -%}
    {%- if not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {%- for feed in var('ecocharge_sources') -%}
        {%- if landing_has_files(feed, adapter_name ~ '_' ~ entity) -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}

{% macro landing_has_files(feed, folder) -%}
    {{ return(adapter.dispatch('landing_has_files')(feed, folder)) }}
{%- endmacro %}

{% macro default__landing_has_files(feed, folder) -%}
    {%- set pattern = env_var('ECOCHARGE_LANDING', 'data/landing')
        ~ '/' ~ feed ~ '/' ~ folder ~ '/*.parquet' -%}
    {%- set found = run_query("select count(*) from glob('" ~ pattern ~ "')") -%}
    {{ return(found.columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- Rows of the native feed: the committed seeds, or what has been landed, as the var says. -#}
{% macro native_rows(entity, columns) -%}
    {%- set seed = ref('native_' ~ entity) -%}
    {%- set landed = landed_rows('native', entity, columns) -%}
    {%- if 'native' in var('ecocharge_sources') and var('ecocharge_native_from') == 'seeds' -%}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        'native' as source_system,
        'seeds/native/native_{{ entity }}.csv' as source_file,
        source_line,
        'seed' as load_id,
        cast(0 as bigint) as arrival_seq,
        cast(null as string) as exported_on,
        cast(null as string) as parse_error,
        cast(null as bigint) as raw_bytes,
        cast(null as string) as raw_hash
    from {{ seed }}
    {%- else -%}
    {{ landed }}
    {%- endif -%}
{%- endmacro %}
