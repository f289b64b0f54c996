{#- Grid readings of any publisher: names, order and types, in one place. -#}
{% macro grid_reading_columns() -%}
    {{ return(declaration_columns() + [
        ('grid_zone', 'string'),
        ('interval_start_utc', 'timestamp'),
        ('interval_seconds', 'bigint'),
        ('g_co2_per_kwh', 'decimal(9, 3)'),
        ('renewable_ratio', 'decimal(9, 6)'),
        ('factor_method', 'string'),
        ('unreadable_fields', 'string'),
    ]) }}
{%- endmacro %}

{% macro grid_reading(mapping) -%}
    {{ return(canonical_row(grid_reading_columns(), mapping)) }}
{%- endmacro %}

{#- The start of a reading whose publisher stamps its intervals at their start or at their end. -#}
{% macro reading_start(stamp, stamp_marks, seconds) -%}
    case
        when {{ stamp_marks }} = 'end' then {{ add_seconds(stamp, '-' ~ seconds) }}
        else {{ stamp }}
    end
{%- endmacro %}

{#- Direct emissions are the rule; other factors are told apart by name. -#}
{% macro reading_method(intensity, is_estimated='false') -%}
    case when {{ intensity }} = 'lifecycle' then 'HOURLY_LIFECYCLE' else 'HOURLY_AVERAGE' end
    || case when {{ is_estimated }} then '_ESTIMATED' else '' end
{%- endmacro %}

{#- Zero for what is below it; NULL stays unknown. -#}
{% macro not_below_zero(number) -%}
    case when {{ number }} < 0 then 0 else {{ number }} end
{%- endmacro %}

{#- The grid that a file's name starts with: `CISO_2022.csv`, `US-NY-NYIS_2021_hourly.csv`. -#}
{% macro grid_zone_of_file(source_file) -%}
    upper({{ group_of_match(
        source_file, '(^|/)([A-Za-z][A-Za-z0-9-]*)_[0-9]{4}([^0-9/][^/]*)?$', 2, 3
    ) }})
{%- endmacro %}
