{#- Exact arithmetic: integers in, integers out, truncated toward zero. -#}

{% macro integer_divide(dividend, divisor) -%}
    {{ return(adapter.dispatch('integer_divide')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{#- A whole number wide enough for the product of two others. -#}
{% macro wide_integer(expression) -%}
    {{ return(adapter.dispatch('wide_integer')(expression)) }}
{%- endmacro %}

{% macro default__wide_integer(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro ratio(numerator, denominator) -%}
    {{ to_double(numerator) }} / nullif({{ to_double(denominator) }}, 0)
{%- endmacro %}

{% macro to_micro_kwh(energy_kwh) -%}
    cast({{ energy_kwh }} * 1000000 as bigint)
{%- endmacro %}

{% macro from_micro_kwh(micro_kwh) -%}
    cast(cast({{ micro_kwh }} as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}

{#- Whole seconds as minutes; sums of seconds stay exact, so the result is the same every time. -#}
{% macro minutes(seconds) -%}
    {{ to_double(seconds) }} / 60
{%- endmacro %}

{#- True where any, or every, row of a group says so; NULL where none says anything. -#}
{% macro any_true(expression) -%}
    {{ return(adapter.dispatch('any_true')(expression)) }}
{%- endmacro %}

{% macro default__any_true(expression) -%}
    bool_or({{ expression }})
{%- endmacro %}

{% macro all_true(expression) -%}
    {{ return(adapter.dispatch('all_true')(expression)) }}
{%- endmacro %}

{% macro default__all_true(expression) -%}
    bool_and({{ expression }})
{%- endmacro %}

{#- A peak counts only where at least 90 % of the energy is measured. -#}
{% macro measured_peak(peak_kw, measured_kwh, energy_kwh) -%}
    case
        when {{ energy_kwh }} > 0 and {{ measured_kwh }} * 10 >= {{ energy_kwh }} * 9
            then cast({{ peak_kw }} as decimal(14, 6))
    end
{%- endmacro %}
