{#- Seconds, hours and quarter hours on the UTC line. Timestamps are naive and mean UTC. -#}

{% macro seconds_between(start, end) -%}
    {{ return(adapter.dispatch('seconds_between')(start, end)) }}
{%- endmacro %}

{% macro default__seconds_between(start, end) -%}
    date_diff('second', {{ start }}, {{ end }})
{%- endmacro %}

{% macro add_seconds(timestamp, seconds) -%}
    {{ return(adapter.dispatch('add_seconds')(timestamp, seconds)) }}
{%- endmacro %}

{% macro default__add_seconds(timestamp, seconds) -%}
    ({{ timestamp }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro quarter_hour_start(timestamp) -%}
    {{ return(adapter.dispatch('quarter_hour_start')(timestamp)) }}
{%- endmacro %}

{% macro default__quarter_hour_start(timestamp) -%}
    time_bucket(interval 15 minute, {{ timestamp }})
{%- endmacro %}

{% macro add_years(timestamp, years) -%}
    {{ return(adapter.dispatch('add_years')(timestamp, years)) }}
{%- endmacro %}

{% macro default__add_years(timestamp, years) -%}
    ({{ timestamp }} + to_years(cast({{ years }} as integer)))
{%- endmacro %}

{#- The start of the second, hour, day or month that a timestamp lies in. -#}
{% macro truncated(unit, timestamp) -%}
    {{ return(adapter.dispatch('truncated')(unit, timestamp)) }}
{%- endmacro %}

{% macro default__truncated(unit, timestamp) -%}
    date_trunc('{{ unit }}', {{ timestamp }})
{%- endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(start, end) -%}
    {{ return(adapter.dispatch('days_between')(start, end)) }}
{%- endmacro %}

{% macro default__days_between(start, end) -%}
    date_diff('day', {{ start }}, {{ end }})
{%- endmacro %}
