{#- Whether so much energy in so little time needs more than a power. Stamps may be cut to whole
    minutes, so a session is given one minute more than it states. -#}
{% macro needs_more_than(energy_kwh, connected_seconds, kw) -%}
    (({{ energy_kwh }}) * 3600 > ({{ kw }}) * ({{ connected_seconds }} + 60))
{%- endmacro %}

{#- The most that a session's connector gives on average: its rated power with the tolerance of a
    meter, or what the largest chargers give where the rating is unknown. -#}
{% macro plausible_kw(rated_kw) -%}
    coalesce(1.1 * {{ rated_kw }}, {{ var('ecocharge_max_power_kw') }})
{%- endmacro %}

{#- What no wrong rating explains: a post listed as single-phase that has three gives three times
    its rated power. -#}
{% macro impossible_kw(rated_kw) -%}
    coalesce(4 * {{ rated_kw }}, {{ var('ecocharge_max_power_kw') }})
{%- endmacro %}
