{#- Text whose format only its feed knows. What cannot be read becomes NULL. -#}

{#- ISO 8601 with an offset or a Z, as UTC in whole seconds. -#}
{% macro iso_offset_to_utc(expression) -%}
    case
        when {{ full_match(
            expression,
            '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?'
            '(Z|[+-][0-9]{2}(:?[0-9]{2})?)'
        ) }}
            then {{ truncated('second', instant_of(expression)) }}
    end
{%- endmacro %}

{#- ISO 8601 without an offset, as the wall clock it names. -#}
{% macro iso_to_wall_clock(expression) -%}
    case
        when {{ full_match(
            expression,
            '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?'
        ) }}
            then {{ truncated('second', try_to(expression, 'timestamp')) }}
    end
{%- endmacro %}

{#- Seconds or milliseconds since 1970, as UTC in whole seconds. -#}
{% macro epoch_to_utc(expression, per_second=1) -%}
    case
        when {{ full_match(expression, '[0-9]{1,14}([.][0-9]+)?') }}
            then {{ timestamp_of_epoch(
                'least(' ~ integer_divide(
                    'cast(' ~ part_of(expression, '.', 1) ~ ' as bigint)', per_second
                ) ~ ', 253402300799)'
            ) }}
    end
{%- endmacro %}

{#- A format that ends in %z names an offset: the result is UTC. -#}
{% macro offset_format_to_utc(expression, format) -%}
    {{ return(adapter.dispatch('offset_format_to_utc')(expression, format)) }}
{%- endmacro %}

{% macro default__offset_format_to_utc(expression, format) -%}
    {{ truncated('second', "timezone('UTC', try_strptime(" ~ expression ~ ", '" ~ format ~ "'))") }}
{%- endmacro %}

{#- `2:34:03` in seconds; hours may go beyond 24. -#}
{% macro clock_to_seconds(expression) -%}
    case
        when {{ full_match(expression, '[0-9]{1,6}:[0-5]?[0-9]:[0-5]?[0-9]') }}
            then
                cast({{ part_of(expression, ':', 1) }} as bigint) * 3600
                + cast({{ part_of(expression, ':', 2) }} as bigint) * 60
                + cast({{ part_of(expression, ':', 3) }} as bigint)
    end
{%- endmacro %}

{#- A number as its feed writes it, with a point for the fraction and nothing between thousands.
    A mark that the feed does not declare makes the number unreadable rather than another one. -#}
{% macro plain_number(expression, decimal_mark, thousands_mark) -%}
    {%- set marked -%}
    translate(
        {{ expression }},
        coalesce({{ decimal_mark }}, '') || coalesce({{ thousands_mark }}, '') || '.,',
        case when {{ thousands_mark }} is null then '.!!' else '.|!!' end
    )
    {%- endset -%}
    case
        when {{ marked }} not like '%|%' then {{ marked }}
        when {{ full_match(marked, '[+-]?[0-9]{1,3}([|][0-9]{3})+([.][0-9]+)?') }}
            then replace({{ marked }}, '|', '')
    end
{%- endmacro %}

{#- The first (longitude) or second (latitude) number of `POINT(-78.78 35.79)`. -#}
{% macro point_coordinate(expression, position) -%}
    {{ group_of_match(
        expression, '(?i)^point *[(] *([-+0-9.]+) +([-+0-9.]+) *[)]$', position, 2
    ) }}
{%- endmacro %}

{#- True where a word is in a list kept as text. -#}
{% macro is_in_text_list(word, list, mark='|') -%}
    {{ contains_text(
        "'" ~ mark ~ "' || " ~ list ~ " || '" ~ mark ~ "'",
        "'" ~ mark ~ "' || " ~ word ~ " || '" ~ mark ~ "'"
    ) }}
{%- endmacro %}
