{#- JSON text on Spark. -#}

{% macro spark__json_text(document, path) -%}
    get_json_object({{ document }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_part(document, path) -%}
    get_json_object({{ document }}, '{{ path }}')
{%- endmacro %}

{#- A path with a wildcard that meets one value gives that value rather than a list of one. -#}
{% macro spark__json_list_sum(document, path) -%}
    {%- set found = "get_json_object(" ~ document ~ ", '" ~ path ~ "')" -%}
    (
        select cast(sum(try_cast(amount as decimal(13, 4))) as decimal(18, 4))
        from explode(
            from_json(
                case when {{ found }} like '[%' then {{ found }} else '[' || {{ found }} || ']' end,
                'array<string>'
            )
        ) as amounts (amount)
    )
{%- endmacro %}

{% macro spark__json_record(columns) -%}
    to_json(
        named_struct(
            {%- for column in columns %}
            '{{ column }}', {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}
