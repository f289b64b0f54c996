{#- What the quarter hours of an hour amount to. -#}
{% macro sums_of_quarter_hours() -%}
    {%- for name in [
        'energy_kwh', 'measured_energy_kwh', 'sessions_started', 'zero_energy_sessions',
        'connected_seconds', 'charging_known_seconds', 'charging_seconds', 'idle_seconds',
    ] %}
        sum(quarter_hours.{{ name }}) as {{ name }},
    {%- endfor %}
        max(quarter_hours.energy_kwh) as max_quarter_hour_kwh
{%- endmacro %}
