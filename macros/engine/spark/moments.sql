{#- Moments, zones and formats on Spark. -#}

{#- Spark reads an offset with a colon, behind seconds. -#}
{% macro spark__instant_of(expression) -%}
    try_cast(
        regexp_replace(
            regexp_replace(upper({{ expression }}), '([+-][0-9]{2})([0-9]{2})$', '$1:$2'),
            '([T ][0-9]{2}:[0-9]{2})([Z+-].*)$',
            '$1:00$2'
        ) as timestamp
    )
{%- endmacro %}

{% macro spark__timestamp_of_epoch(seconds) -%}
    timestamp_seconds({{ seconds }})
{%- endmacro %}

{% macro spark__moment_text(timestamp) -%}
    date_format({{ timestamp }}, "yyyy-MM-dd'T'HH:mm:ss'Z'")
{%- endmacro %}

{% macro spark__utc_to_local(utc_timestamp, time_zone) -%}
    from_utc_timestamp({{ utc_timestamp }}, {{ time_zone }})
{%- endmacro %}

{#- A repeated wall clock is its later instant, as elsewhere; Spark takes the earlier one. -#}
{% macro spark__local_to_utc(local_timestamp, time_zone) -%}
    {%- set earlier = 'to_utc_timestamp(' ~ local_timestamp ~ ', ' ~ time_zone ~ ')' -%}
    case
        {%- for minutes in [60, 30] %}
        when
            from_utc_timestamp({{ earlier }} + interval {{ minutes }} minute, {{ time_zone }})
            = {{ local_timestamp }}
            then {{ earlier }} + interval {{ minutes }} minute
        {%- endfor %}
        else {{ earlier }}
    end
{%- endmacro %}

{#- Spark has no list of the zones that it knows; an unknown name would end the build. -#}
{% macro spark__known_zone(expression) -%}
    case
        when
            {{ full_match(expression, '[A-Z][A-Za-z_]+[0-9A-Z]*(/[A-Za-z_0-9+-]+)*') }}
            and try_to_timestamp('2000-01-01 ' || {{ expression }}, 'yyyy-MM-dd VV') is not null
            then {{ expression }}
    end
{%- endmacro %}

{% macro spark__try_to_date(expression) -%}
    case
        when {{ full_match(expression, '[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}') }}
            then try_cast({{ expression }} as date)
    end
{%- endmacro %}

{% macro spark__try_to_timestamp(expression, format) -%}
    try_to_timestamp({{ without_weekday(expression, format) }}, '{{ java_format(format) }}')
{%- endmacro %}

{% macro spark__offset_format_to_utc(expression, format) -%}
    date_trunc('second', {{ spark__try_to_timestamp(expression, format) }})
{%- endmacro %}

{#- Spark writes names of weekdays but reads none: a mark stands for them in text and pattern. -#}
{% macro without_weekday(expression, format) -%}
    {%- set weekdays = {
        '%a': 'Mon|Tue|Wed|Thu|Fri|Sat|Sun',
        '%A': 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday',
    } -%}
    {%- set said = namespace(text=expression) -%}
    {%- for directive, names in weekdays.items() if directive in format -%}
        {%- set said.text = replace_all(said.text, '(?i)(?<![a-z])(' ~ names ~ ')(?![a-z])', '~') -%}
    {%- endfor -%}
    {{ return(said.text) }}
{%- endmacro %}

{#- The pattern of Java's DateTimeFormatter for one of strptime. Words stand in quotes. -#}
{% macro java_format(format) -%}
    {%- set patterns = {
        'Y': 'yyyy', 'y': 'yy', 'm': 'M', 'd': 'd', 'H': 'H', 'I': 'h', 'M': 'm', 'S': 's',
        'f': 'SSSSSS', 'p': 'a', 'b': 'MMM', 'B': 'MMMM', 'a': '~', 'A': '~', 'z': 'XX',
        'Z': 'z', 'j': 'D', '%': '%',
    } -%}
    {%- set written = [] -%}
    {%- for part in format.split('%') -%}
        {%- if not loop.first -%}
            {%- do written.append(patterns[part[:1]]) -%}
        {%- endif -%}
        {%- set text = part[1:] if not loop.first else part -%}
        {%- do written.append(modules.re.sub('([A-Za-z]+)', '"\\1"', text)) -%}
    {%- endfor -%}
    {{ return(written | join('') | replace('"', "\\'")) }}
{%- endmacro %}
