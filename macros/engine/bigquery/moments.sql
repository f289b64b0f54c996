{#- Moments, zones and formats on BigQuery. -#}

{% macro bigquery__instant_of(expression) -%}
    safe_cast(
        regexp_replace(upper({{ expression }}), '([+-][0-9]{2})([0-9]{2})$', r'\1:\2') as timestamp
    )
{%- endmacro %}

{% macro bigquery__timestamp_of_epoch(seconds) -%}
    timestamp_seconds({{ seconds }})
{%- endmacro %}

{% macro bigquery__moment_text(timestamp) -%}
    format_timestamp('%Y-%m-%dT%H:%M:%SZ', {{ timestamp }})
{%- endmacro %}

{% macro bigquery__utc_to_local(utc_timestamp, time_zone) -%}
    timestamp(datetime({{ utc_timestamp }}, {{ time_zone }}))
{%- endmacro %}

{#- A repeated wall clock is its later instant, as elsewhere; BigQuery's own choice does not matter. -#}
{% macro bigquery__local_to_utc(local_timestamp, time_zone) -%}
    {%- set found = 'timestamp(datetime(' ~ local_timestamp ~ '), ' ~ time_zone ~ ')' -%}
    case
        {%- for minutes in [60, 30] %}
        when
            datetime(timestamp_add({{ found }}, interval {{ minutes }} minute), {{ time_zone }})
            = datetime({{ local_timestamp }})
            then timestamp_add({{ found }}, interval {{ minutes }} minute)
        {%- endfor %}
        else {{ found }}
    end
{%- endmacro %}

{#- BigQuery has no list of the zones that it knows; an unknown name would end the build. -#}
{% macro bigquery__known_zone(expression) -%}
    case
        when safe.format_timestamp('%F', timestamp '2000-01-01 00:00:00', {{ expression }}) is not null
            then {{ expression }}
    end
{%- endmacro %}

{% macro bigquery__try_to(expression, type) -%}
    safe_cast({{ expression }} as {{ engine_type(type) }})
{%- endmacro %}

{% macro bigquery__try_to_date(expression) -%}
    safe_cast({{ expression }} as date)
{%- endmacro %}

{% macro bigquery__try_to_timestamp(expression, format) -%}
    safe.parse_timestamp('{{ format }}', {{ expression }})
{%- endmacro %}

{% macro bigquery__offset_format_to_utc(expression, format) -%}
    timestamp_trunc(safe.parse_timestamp('{{ format }}', {{ expression }}), second)
{%- endmacro %}
