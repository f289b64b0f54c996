{#- Wall clock to UTC and back. Both sides are naive timestamps; the zone is an IANA name. -#}

{% macro utc_to_local(utc_timestamp, time_zone) -%}
    {{ return(adapter.dispatch('utc_to_local')(utc_timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__utc_to_local(utc_timestamp, time_zone) -%}
    timezone({{ time_zone }}, timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}

{% macro local_to_utc(local_timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_to_utc')(local_timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__local_to_utc(local_timestamp, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ local_timestamp }}))
{%- endmacro %}

{#- The earlier of the two instants that a repeated wall clock names; the only one otherwise. -#}
{% macro local_to_utc_earlier(local_timestamp, time_zone) -%}
    case
        {%- for minutes in [60, 30] %}
        when
            {{ utc_to_local(
                local_to_utc(local_timestamp, time_zone) ~ " - interval " ~ minutes ~ " minute",
                time_zone
            ) }} = {{ local_timestamp }}
            then {{ local_to_utc(local_timestamp, time_zone) }} - interval {{ minutes }} minute
        {%- endfor %}
        else {{ local_to_utc(local_timestamp, time_zone) }}
    end
{%- endmacro %}
