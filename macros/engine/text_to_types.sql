{#- Text to types. What cannot be read becomes NULL; the caller says so with `unreadable`. -#}

{#- As a rule, eight digits before the point: a session of a hundred gigawatt hours is none, and sums
    and products of what is read stay within eighteen digits. -#}
{% macro try_to_decimal(expression, precision=14, scale=6) -%}
    case
        when {{ full_match(
            'trim(' ~ expression ~ ')', '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'
        ) }}
            then {{ try_to(expression, 'decimal(' ~ precision ~ ', ' ~ scale ~ ')') }}
    end
{%- endmacro %}

{#- `1,234` as `1234`; a comma anywhere else stays, so that a decimal comma is not read over. -#}
{% macro without_thousands_commas(expression) -%}
    case
        when {{ full_match(expression, '[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?') }}
            then replace({{ expression }}, ',', '')
        else {{ expression }}
    end
{%- endmacro %}

{#- NULL where the text is not of the type. -#}
{% macro try_to(expression, type) -%}
    {{ return(adapter.dispatch('try_to')(expression, type)) }}
{%- endmacro %}

{% macro default__try_to(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{% macro try_to_timestamp(expression, format) -%}
    {{ return(adapter.dispatch('try_to_timestamp')(expression, format)) }}
{%- endmacro %}

{% macro default__try_to_timestamp(expression, format) -%}
    try_strptime({{ expression }}, '{{ format }}')
{%- endmacro %}

{% macro try_to_date(expression) -%}
    {{ return(adapter.dispatch('try_to_date')(expression)) }}
{%- endmacro %}

{% macro default__try_to_date(expression) -%}
    try_cast({{ expression }} as date)
{%- endmacro %}

{% macro iso_utc_to_timestamp(expression) -%}
    {{ try_to_timestamp(expression, '%Y-%m-%dT%H:%M:%SZ') }}
{%- endmacro %}
