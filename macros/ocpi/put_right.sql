{#- A coordinate by the verdict on its pair: swapped, dropped where it lies in no country, or as it
    is. -#}
{% macro put_right(stated, judged, coordinate) -%}
    {%- set other = 'longitude' if coordinate == 'latitude' else 'latitude' -%}
    case coalesce({{ judged }}.verdict, '')
        when 'SWAPPED' then {{ stated }}.{{ other }}
        when 'NOWHERE' then null
        else {{ stated }}.{{ coordinate }}
    end
{%- endmacro %}
