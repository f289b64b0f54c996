{#- Whether two energies are one: within 1 % and 0.01 kWh. -#}
{% macro is_near(energy_kwh, other_kwh) -%}
    (
        abs(cast({{ energy_kwh }} as decimal(28, 6)) - ({{ other_kwh }})) * 100
        <= abs({{ energy_kwh }}) + 1
    )
{%- endmacro %}

{#- Whether a duration in hours is that many seconds: within 2 % and two minutes. -#}
{% macro is_near_in_time(hours, seconds) -%}
    (abs({{ hours }} * 3600 - {{ seconds }}) * 50 <= {{ seconds }} + 6000)
{%- endmacro %}
