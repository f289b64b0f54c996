{#- JSON text on BigQuery. -#}

{#- A scalar without its quotes; an object or a list as JSON text. -#}
{% macro bigquery__json_text(document, path) -%}
    coalesce(
        json_value({{ document }}, '{{ path }}'), json_query({{ document }}, '{{ path }}')
    )
{%- endmacro %}

{% macro bigquery__json_part(document, path) -%}
    json_query({{ document }}, '{{ path }}')
{%- endmacro %}

{#- BigQuery's paths have no wildcard: the list before it is taken apart. -#}
{% macro bigquery__json_list_sum(document, path) -%}
    {%- set list, field = path.split('[*]') -%}
    (
        select cast(
            sum(safe_cast(json_value(element, '${{ field }}') as numeric(13, 4))) as numeric(18, 4)
        )
        from unnest(json_query_array({{ document }}, '{{ list }}')) as element
    )
{%- endmacro %}

{% macro bigquery__json_record(columns) -%}
    to_json_string(struct({{ columns | join(', ') }}))
{%- endmacro %}
