{#- What is touched where models share a key: what changed in one, and the rows that has. -#}

{% macro keys_of_changes(keys, model_names) -%}
    {%- for model_name in model_names %}
    select {{ keys | join(', ') }} from changes.{{ model_name }}
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- A condition: the key is one that the model makes anew. -#}
{% macro among_touched(model_name, key) -%}
    {{ key }} in (select {{ key }} from touched.{{ model_name }})
{%- endmacro %}

{#- A condition: the key is one of something that changed. -#}
{% macro among_changes(model_name, key) -%}
    {{ key }} in (select {{ key }} from changes.{{ model_name }})
{%- endmacro %}
