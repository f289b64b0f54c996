{#- Seconds, hours and days on BigQuery. A naive timestamp is a TIMESTAMP that is read in UTC. -#}

{% macro bigquery__seconds_between(start, end) -%}
    (unix_seconds({{ end }}) - unix_seconds({{ start }}))
{%- endmacro %}

{% macro bigquery__add_seconds(timestamp, seconds) -%}
    timestamp_add({{ timestamp }}, interval ({{ seconds }}) second)
{%- endmacro %}

{% macro bigquery__add_years(timestamp, years) -%}
    timestamp(datetime_add(datetime({{ timestamp }}), interval {{ years }} year))
{%- endmacro %}

{% macro bigquery__quarter_hour_start(timestamp) -%}
    timestamp_seconds(
        unix_seconds({{ timestamp }})
        - mod(mod(unix_seconds({{ timestamp }}), 900) + 900, 900)
    )
{%- endmacro %}

{#- A date is midnight in UTC; it stays a timestamp, as elsewhere. -#}
{% macro bigquery__truncated(unit, timestamp) -%}
    timestamp_trunc(timestamp({{ timestamp }}), {{ unit }})
{%- endmacro %}

{% macro bigquery__days_between(start, end) -%}
    date_diff({{ end }}, {{ start }}, day)
{%- endmacro %}

{% macro bigquery__day_and_month_swapped(timestamp) -%}
    case
        when extract(day from {{ timestamp }}) <= 12
            then
                timestamp(datetime(
                    extract(year from {{ timestamp }}),
                    extract(day from {{ timestamp }}),
                    extract(month from {{ timestamp }}),
                    extract(hour from {{ timestamp }}),
                    extract(minute from {{ timestamp }}),
                    extract(second from {{ timestamp }})
                ))
    end
{%- endmacro %}

{#- BigQuery counts from 1, Sunday. -#}
{% macro bigquery__iso_weekday(date_expression) -%}
    (mod(extract(dayofweek from {{ date_expression }}) + 5, 7) + 1)
{%- endmacro %}

{% macro bigquery__iso_week(date_expression) -%}
    extract(isoweek from {{ date_expression }})
{%- endmacro %}
