{#- A site's name without the city that some releases append: `Trades Lane, Dundee`. -#}
{% macro site_name(name, city) -%}
    trim(regexp_replace({{ name }}, ',?\s*' || coalesce({{ city }}, '') || '$', ''), ', ')
{%- endmacro %}
