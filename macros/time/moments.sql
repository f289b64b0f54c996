{#- ISO 8601 with Z, an offset or neither as a UTC timestamp; one that names no zone is UTC, as
    OCPI and OCPP say. NULL for anything else. -#}
{% macro moment_to_utc(expression) -%}
    {%- set clock = '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
    case
        when {{ full_match(expression, clock ~ '[Zz]?') }}
            then {{ try_to(trim_end(expression, 'Zz'), 'timestamp') }}
        when {{ full_match(expression, clock ~ '[+-][0-9]{2}(:?[0-9]{2})?') }}
            then {{ instant_of(expression) }}
    end
{%- endmacro %}

{#- A UTC timestamp as ISO 8601 text in whole seconds. -#}
{% macro moment_text(timestamp) -%}
    {{ return(adapter.dispatch('moment_text')(timestamp)) }}
{%- endmacro %}

{% macro default__moment_text(timestamp) -%}
    strftime({{ timestamp }}, '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}

{#- The instant that ISO 8601 text with an offset or a Z names, as a UTC timestamp. -#}
{% macro instant_of(expression) -%}
    {{ return(adapter.dispatch('instant_of')(expression)) }}
{%- endmacro %}

{% macro default__instant_of(expression) -%}
    timezone('UTC', try_cast({{ expression }} as timestamptz))
{%- endmacro %}

{% macro timestamp_of_epoch(seconds) -%}
    {{ return(adapter.dispatch('timestamp_of_epoch')(seconds)) }}
{%- endmacro %}

{% macro default__timestamp_of_epoch(seconds) -%}
    make_timestamp({{ seconds }} * 1000000)
{%- endmacro %}
