{#- Seconds, hours and days on Spark. A naive timestamp is its TIMESTAMP in a session whose time zone
    is UTC, which the profile sets. -#}

{% macro spark__seconds_between(start, end) -%}
    (unix_seconds({{ end }}) - unix_seconds({{ start }}))
{%- endmacro %}

{% macro spark__add_seconds(timestamp, seconds) -%}
    timestamp_micros(unix_micros({{ timestamp }}) + cast({{ seconds }} as bigint) * 1000000)
{%- endmacro %}

{% macro spark__quarter_hour_start(timestamp) -%}
    timestamp_seconds(unix_seconds({{ timestamp }}) - pmod(unix_seconds({{ timestamp }}), 900))
{%- endmacro %}

{% macro spark__days_between(start, end) -%}
    cast(datediff({{ end }}, {{ start }}) as bigint)
{%- endmacro %}

{% macro spark__day_and_month_swapped(timestamp) -%}
    case
        when extract(day from {{ timestamp }}) <= 12
            then
                make_timestamp(
                    extract(year from {{ timestamp }}),
                    extract(day from {{ timestamp }}),
                    extract(month from {{ timestamp }}),
                    extract(hour from {{ timestamp }}),
                    extract(minute from {{ timestamp }}),
                    extract(second from {{ timestamp }})
                )
    end
{%- endmacro %}

{% macro spark__add_years(timestamp, years) -%}
    ({{ timestamp }} + make_ym_interval(cast({{ years }} as int), 0))
{%- endmacro %}

{% macro spark__iso_weekday(date_expression) -%}
    extract(dayofweek_iso from {{ date_expression }})
{%- endmacro %}

{% macro spark__iso_year(date_expression) -%}
    extract(yearofweek from {{ date_expression }})
{%- endmacro %}
