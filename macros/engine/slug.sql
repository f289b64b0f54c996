{#- Lower-case letters, digits and single hyphens: a name fit for an id. What is lost of a name in
    another script is made up for by a part of its hash. -#}
{% macro slug(expression) -%}
    {%- set latin = trim_characters(
        replace_all('lower(' ~ expression ~ ')', '[^a-z0-9]+', '-'), '-'
    ) -%}
    case
        when trim({{ expression }}) = '' then ''
        when {{ latin }} = '' or not {{ full_match(expression, '[ -~]*') }}
            then {{ joined(
                '-', 'nullif(' ~ latin ~ ", ''), left(" ~ hash_of(expression) ~ ', 8)'
            ) }}
        else {{ latin }}
    end
{%- endmacro %}
