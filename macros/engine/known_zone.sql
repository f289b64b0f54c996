{#- A zone's name, or NULL where the engine knows none of that name: an unknown name would end the
    whole build. -#}
{% macro known_zone(expression) -%}
    {{ return(adapter.dispatch('known_zone')(expression)) }}
{%- endmacro %}

{% macro default__known_zone(expression) -%}
    case
        when {{ expression }} in (select zones.name from pg_timezone_names() as zones)
            then {{ expression }}
    end
{%- endmacro %}
