{#- The dates of ChargePoint's exports: `7/29/2011 20:17` month first, with seconds or AM and PM in
    some, and year first in others. -#}

{#- Year first is written `2023-06-01 08:15:30`, with slashes or a T, and by some portals with a
    fraction and with `+00`, which is put behind any wall clock and means nothing. -#}
{% macro chargepoint_clock_text(expression) -%}
    regexp_replace(
        replace(
            case
                when {{ expression }} like '____/__/__%' then replace({{ expression }}, '/', '-')
                else {{ expression }}
            end,
            'T',
            ' '
        ),
        '([.][0-9]+)?([+]00)?$',
        ''
    )
{%- endmacro %}

{% macro month_first_wall_clock(text) -%}
    {{ chargepoint_wall_clock(text, '%m/%d/%Y') }}
{%- endmacro %}

{% macro day_first_wall_clock(text) -%}
    case
        when {{ text }} like '____-%'
            then {{ day_and_month_swapped(
                first_readable(text, ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M'])
            ) }}
        else {{ chargepoint_wall_clock(text, '%d/%m/%Y') }}
    end
{%- endmacro %}

{% macro chargepoint_wall_clock(text, date_format) -%}
    {{ first_readable(text, [
        date_format ~ ' %H:%M', date_format ~ ' %H:%M:%S', date_format ~ ' %I:%M %p',
        date_format ~ ' %I:%M:%S %p', '%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M',
    ]) }}
{%- endmacro %}

{#- The timestamp under the first of several formats that fits. -#}
{% macro first_readable(text, formats) -%}
    coalesce(
        {%- for format in formats %}
        {{ try_to_timestamp(text, format) }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- `838:59:59` is the largest time that the exporting database knows: it means unknown. -#}
{% macro unless_sentinel(duration) -%}
    nullif({{ duration }}, '838:59:59')
{%- endmacro %}

{#- The end of the plug-in for an end of charging up to a minute later. -#}
{% macro within_a_minute(charging_end, end) -%}
    case
        when {{ seconds_between(end, charging_end) }} between 1 and 59 then {{ end }}
        else {{ charging_end }}
    end
{%- endmacro %}
