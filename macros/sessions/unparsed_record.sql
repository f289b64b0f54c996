{#- What may be kept of a line that could not be read: its length and its keyed hash. -#}
{% macro unparsed_record() -%}
    'bytes=' || raw_bytes || ' hmac=' || coalesce(raw_hash, 'none')
{%- endmacro %}
