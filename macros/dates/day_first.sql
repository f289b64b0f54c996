{#- Date and time in two columns: the date day first as `31/12/2018`, or already ISO, of which only
    the first ten characters count; and the reading with day and month the other way round. -#}

{% macro day_first_timestamp(date, time) -%}
    case
        when {{ date }} like '____-__-__%'
            then {{ timestamp_of_parts("left(" ~ date ~ ", 10)", time, '%Y-%m-%d') }}
        else {{ timestamp_of_parts(date, time, '%d/%m/%Y') }}
    end
{%- endmacro %}

{% macro month_first_timestamp(date, time) -%}
    case
        when {{ date }} like '____-__-__%'
            then {{ day_and_month_swapped(
                timestamp_of_parts("left(" ~ date ~ ", 10)", time, '%Y-%m-%d')
            ) }}
        else {{ timestamp_of_parts(date, time, '%m/%d/%Y') }}
    end
{%- endmacro %}

{% macro timestamp_of_parts(date, time, date_format) -%}
    coalesce(
        {{ try_to_timestamp(date ~ " || ' ' || " ~ time, date_format ~ ' %H:%M') }},
        {{ try_to_timestamp(date ~ " || ' ' || " ~ time, date_format ~ ' %H:%M:%S') }}
    )
{%- endmacro %}
