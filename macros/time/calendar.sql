{#- Meteorological season of a date, flipped south of the equator. -#}
{% macro season(date_expression, latitude) -%}
    case
        mod(
            {{ integer_divide('mod(' ~ month_number(date_expression) ~ ', 12)', 3) }}
            + case when {{ latitude }} < 0 then 2 else 0 end,
            4
        )
        when 0 then 'winter'
        when 1 then 'spring'
        when 2 then 'summer'
        else 'autumn'
    end
{%- endmacro %}

{#- weekday, weekend or holiday; a holiday on a weekend is a holiday. -#}
{% macro day_type(date_expression, holiday_name) -%}
    case
        when {{ holiday_name }} is not null then 'holiday'
        when {{ iso_weekday(date_expression) }} >= 6 then 'weekend'
        else 'weekday'
    end
{%- endmacro %}

{#- From 1 to 12. -#}
{% macro month_number(date_expression) -%}
    extract(month from {{ date_expression }})
{%- endmacro %}

{#- From 1, Monday, to 7, Sunday. -#}
{% macro iso_weekday(date_expression) -%}
    {{ return(adapter.dispatch('iso_weekday')(date_expression)) }}
{%- endmacro %}

{% macro default__iso_weekday(date_expression) -%}
    extract(isodow from {{ date_expression }})
{%- endmacro %}

{#- The week that has the year's first Thursday is its first. -#}
{% macro iso_week(date_expression) -%}
    {{ return(adapter.dispatch('iso_week')(date_expression)) }}
{%- endmacro %}

{% macro default__iso_week(date_expression) -%}
    extract(week from {{ date_expression }})
{%- endmacro %}

{#- The year that an ISO week belongs to. -#}
{% macro iso_year(date_expression) -%}
    {{ return(adapter.dispatch('iso_year')(date_expression)) }}
{%- endmacro %}

{% macro default__iso_year(date_expression) -%}
    extract(isoyear from {{ date_expression }})
{%- endmacro %}
