{#- Values read as the mapping of their feed declares: each macro finds its setting beside it. -#}

{#- NULL for a word that stands for nothing, such as NA. -#}
{% macro unless_null_word(name) -%}
    case when not coalesce({{ is_in_text_list(name, 'null_words') }}, false) then {{ name }} end
{%- endmacro %}

{#- The fields of an entity without null words, its settings and its lineage. -#}
{% macro declared_columns(entity) -%}
    {%- for name in generic_csv_fields(entity) %}
    {{ unless_null_word(name) }} as {{ name }},
    {%- endfor %}
    {%- for name in generic_csv_settings(entity) %}
    {{ name }},
    {%- endfor %}
    {%- for name, _ in lineage_columns() %}
    {{ name }},
    {%- endfor %}
    {{ json_record(generic_csv_fields(entity)) }} as masked_record
{%- endmacro %}

{% macro declared_number(name, precision=14, scale=6) -%}
    {{ try_to_decimal(plain_number(name, 'decimal_mark', 'thousands_mark'), precision, scale) }}
{%- endmacro %}

{#- Nine digits are kept until Wh or MWh are kWh; NULL from a hundred GWh on. -#}
{% macro declared_energy(name) -%}
    {%- set kwh -%}
    cast({{ declared_number(name, 18, 9) }} as decimal(28, 9))
    * case {{ name }}_unit when 'Wh' then 0.001 when 'MWh' then 1000 else 1 end
    {%- endset -%}
    case when abs({{ kwh }}) < 99999999 then cast({{ kwh }} as decimal(18, 6)) end
{%- endmacro %}

{#- NULL from a hundred megawatts on, which no connector has. -#}
{% macro declared_power(name) -%}
    {%- set number = declared_number(name, 12, 6) -%}
    cast(
        case
            when {{ name }}_unit = 'W' then {{ number }} * 0.001
            when {{ number }} < 100000 then {{ number }}
        end
        as decimal(9, 3)
    )
{%- endmacro %}

{#- Whole seconds. -#}
{% macro declared_seconds(name) -%}
    case {{ name }}_unit
        when 'hh:mm:ss' then {{ clock_to_seconds(name) }}
        else
            cast(
                round(
                    cast({{ declared_number(name, 15, 6) }} as decimal(28, 6))
                    * case {{ name }}_unit when 'h' then 3600 when 'min' then 60 else 1 end
                )
                as bigint
            )
    end
{%- endmacro %}

{#- A time as text, whether or not its clock has a column of its own. -#}
{% macro declared_time_text(name) -%}
    nullif({% call joined(' ') %}{{ name }}, {{ name }}_clock{% endcall %}, '')
{%- endmacro %}

{#- The instant that a text names with its offset: of the formats tried, those that hold one. -#}
{% macro declared_instant(name, format_lists) -%}
    {%- set text = declared_time_text(name) -%}
    case {{ name }}_format
        {%- for formats in format_lists %}
        when '{{ formats | replace("'", "''") }}' then coalesce(
            {%- for format in formats.split('|') %}
            {%- if format == 'iso' %}
            {{ iso_offset_to_utc(text) }},
            {%- elif format == 'epoch_s' %}
            {{ epoch_to_utc(text) }},
            {%- elif format == 'epoch_ms' %}
            {{ epoch_to_utc(text, 1000) }},
            {%- elif '%z' in format %}
            {{ offset_format_to_utc(text, format | replace("'", "''")) }},
            {%- endif %}
            {%- endfor %}
            cast(null as timestamp)
        )
        {%- endfor %}
        when null then cast(null as timestamp)
    end
{%- endmacro %}

{#- The wall clock that a text names: of the formats tried, those without an offset. -#}
{% macro declared_wall_clock(name, format_lists) -%}
    {%- set text = declared_time_text(name) -%}
    case {{ name }}_format
        {%- for formats in format_lists %}
        when '{{ formats | replace("'", "''") }}' then coalesce(
            {%- for format in formats.split('|') %}
            {%- if format == 'iso' %}
            {{ iso_to_wall_clock(text) }},
            {%- elif not format.startswith('epoch_') and '%z' not in format %}
            {{ try_to_timestamp(text, format | replace("'", "''")) }},
            {%- endif %}
            {%- endfor %}
            cast(null as timestamp)
        )
        {%- endfor %}
        when null then cast(null as timestamp)
    end
{%- endmacro %}

{#- A wall clock in UTC is an instant too; any other one waits for the zone of its station. -#}
{% macro declared_utc(name) -%}
    coalesce(
        {{ name }}_instant,
        case when {{ name }}_zone = 'utc' then {{ name }}_wall_clock end
    )
{%- endmacro %}

{% macro declared_local(name) -%}
    case when {{ name }}_zone = 'local' then {{ name }}_wall_clock end
{%- endmacro %}

{#- A coordinate of its own column, else of a point such as `POINT(-78.78 35.79)`. -#}
{% macro declared_coordinate(name, position_in_point) -%}
    coalesce(
        {{ declared_number(name, 9, 6) }},
        {{ try_to_decimal(point_coordinate('point', position_in_point), 9, 6) }}
    )
{%- endmacro %}

{#- A year without its century, such as 0014, with the century that the mapping names. -#}
{% macro with_century(timestamp) -%}
    case
        when year_offset is not null and extract(year from {{ timestamp }}) < 100
            then {{ add_years(timestamp, 'year_offset') }}
        else {{ timestamp }}
    end
{%- endmacro %}

{#- The distinct formats that landed files declare, sorted. -#}
{% macro declared_formats(entity, times) -%}
    {%- set relation = landed_relation('generic_csv', entity) -%}
    {%- if not execute or not flags.INTROSPECT or not has_landed('generic_csv', entity) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set query -%}
        {%- for name in times %}
        select {{ name }}_format as formats
        from {{ relation }}
        where {{ name }}_format is not null
        {{ 'union' if not loop.last else 'order by formats' }}
        {%- endfor %}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}
