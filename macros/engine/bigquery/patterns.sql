{#- Regular expressions and text on BigQuery. -#}

{% macro bigquery__full_match(expression, pattern) -%}
    regexp_contains({{ expression }}, '^(?:{{ pattern }})$')
{%- endmacro %}

{% macro bigquery__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{#- BigQuery extracts the one group of a pattern: the others are there to match alone. -#}
{% macro bigquery__group_of_match(expression, pattern, group, groups) -%}
    {%- set parts = pattern.replace('(?i)', '(?i:').replace('(?i:', '@').split('(') -%}
    {%- set written = [parts[0]] -%}
    {%- for part in parts[1:] -%}
        {%- do written.append(('(' if loop.index == group else '(?:') ~ part) -%}
    {%- endfor -%}
    nullif(regexp_extract({{ expression }}, '{{ written | join("") | replace("@", "(?i)") }}'), '')
{%- endmacro %}

{% macro bigquery__part_of(expression, mark, n) -%}
    split({{ expression }}, '{{ mark }}')[safe_ordinal({{ n }})]
{%- endmacro %}

{% macro bigquery__contains_text(text, part) -%}
    (strpos({{ text }}, {{ part }}) > 0)
{%- endmacro %}

{% macro bigquery__hash_of(text) -%}
    to_hex(md5({{ text }}))
{%- endmacro %}

{% macro bigquery__short_hash(text) -%}
    farm_fingerprint({{ text }})
{%- endmacro %}
