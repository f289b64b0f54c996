{#- A site's name without the city that some releases append: `Trades Lane, Dundee`. -#}
{% macro site_name(name, city) -%}
    {{ trim_characters(
        "regexp_replace(" ~ name ~ ", ',? *' || coalesce(" ~ city ~ ", '') || '$', '')", ', '
    ) }}
{%- endmacro %}
