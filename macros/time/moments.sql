{#- ISO 8601 with Z, an offset or neither as a UTC timestamp; one that names no zone is UTC, as
    OCPI and OCPP say. NULL for anything else. -#}
{% macro moment_to_utc(expression) -%}
    {{ return(adapter.dispatch('moment_to_utc')(expression)) }}
{%- endmacro %}

{% macro default__moment_to_utc(expression) -%}
    {%- set clock = '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
    case
        when regexp_full_match({{ expression }}, '{{ clock }}[Zz]?')
            then try_cast(rtrim({{ expression }}, 'Zz') as timestamp)
        when regexp_full_match({{ expression }}, '{{ clock }}[+-][0-9]{2}(:?[0-9]{2})?')
            then timezone('UTC', try_cast({{ expression }} as timestamptz))
    end
{%- endmacro %}

{#- A UTC timestamp as ISO 8601 text in whole seconds. -#}
{% macro moment_text(timestamp) -%}
    {{ return(adapter.dispatch('moment_text')(timestamp)) }}
{%- endmacro %}

{% macro default__moment_text(timestamp) -%}
    strftime({{ timestamp }}, '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}
