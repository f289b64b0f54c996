{#- When a session that draws from its plug-in at a constant power has its energy, at the latest when
    it ends. The energy is divided as whole micro-kWh by whole watts. -#}
{% macro power_limited_end(start, end, energy_kwh, limiting_kw) -%}
    least(
        {{ end }},
        {{ add_seconds(
            start,
            integer_divide(
                '(' ~ to_micro_kwh(energy_kwh) ~ ') * 18 + 5 * cast('
                    ~ limiting_kw ~ ' * 1000 as bigint) - 1',
                'nullif(5 * cast(' ~ limiting_kw ~ ' * 1000 as bigint), 0)'
            )
        ) }}
    )
{%- endmacro %}
