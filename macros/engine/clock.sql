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

{#- One row per step from first to last, both included, in a select list. -#}
{% macro unnest_steps(first, last, step) -%}
    {{ return(adapter.dispatch('unnest_steps')(first, last, step)) }}
{%- endmacro %}

{% macro default__unnest_steps(first, last, step) -%}
    unnest(generate_series({{ first }}, {{ last }}, interval '{{ step }}'))
{%- endmacro %}

{#- One row per whole number from first to last, both included, in a select list. -#}
{% macro unnest_numbers(first, last) -%}
    {{ return(adapter.dispatch('unnest_numbers')(first, last)) }}
{%- endmacro %}

{% macro default__unnest_numbers(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}
