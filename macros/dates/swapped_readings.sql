{#- The other reading of a date that was parsed with day and month exchanged, and the votes of a
    file's rows for one reading or the other. -#}

{#- The same moment with day and month exchanged; NULL where no month has that number. -#}
{% macro day_and_month_swapped(timestamp) -%}
    {{ return(adapter.dispatch('day_and_month_swapped')(timestamp)) }}
{%- endmacro %}

{% macro default__day_and_month_swapped(timestamp) -%}
    case
        when extract(day from {{ timestamp }}) <= 12
            then
                make_date(
                    extract(year from {{ timestamp }}),
                    extract(day from {{ timestamp }}),
                    extract(month from {{ timestamp }})
                )
                + cast({{ timestamp }} as time)
    end
{%- endmacro %}

{#- Columns of the canonical session that hold the other reading; they end where it is decided. -#}
{% macro date_reading_columns() -%}
    {{ return([
        'started_at_swapped', 'ended_at_swapped', 'charging_ended_at_swapped',
        'date_order_is_stated',
    ]) }}
{%- endmacro %}

{#- One kind of evidence speaks where at least nine in ten of its votes agree. -#}
{% macro date_evidence_speaks(kind, votes, against) -%}
    case
        when {{ kind }}_{{ votes }} > 0 and {{ kind }}_{{ against }} * 9 <= {{ kind }}_{{ votes }}
            then {{ kind }}_{{ votes }} - {{ kind }}_{{ against }}
        else 0
    end
{%- endmacro %}

{#- Someone may have sorted a file by dates misread: its lines count only where ids and durations
    are silent. -#}
{% macro date_line_weight(reading) -%}
    case
        when
            id_weight_as_written + id_weight_swapped
            + duration_weight_as_written + duration_weight_swapped > 0
            then 0
        else line_weight_{{ reading }}
    end
{%- endmacro %}

{#- A clear vote of a neighbour: within a fortnight, four times as near as the other reading and by
    more than a week. -#}
{% macro is_nearer(reading, other, order) -%}
    {{ reading }}_days_from_{{ order }} <= 14
    and {{ reading }}_days_from_{{ order }} * 4 + 7 < {{ other }}_days_from_{{ order }}
{%- endmacro %}
