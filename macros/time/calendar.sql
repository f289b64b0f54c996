{#- Meteorological season of a date, flipped south of the equator. -#}
{% macro season(date_expression, latitude) -%}
    case
        (
            {{ integer_divide("extract('month' from " ~ date_expression ~ ") % 12", 3) }}
            + case when {{ latitude }} < 0 then 2 else 0 end
        ) % 4
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
        when extract('isodow' from {{ date_expression }}) >= 6 then 'weekend'
        else 'weekday'
    end
{%- endmacro %}
