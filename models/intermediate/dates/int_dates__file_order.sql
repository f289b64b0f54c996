{{ config(materialized=restated(), meta={'restated': {}}) }}
{%- set kinds = ['line', 'id', 'duration', 'window', 'export', 'format'] -%}
{%- set least_votes = 3 -%}
{%- set least_votes_against_stated = 10 -%}
-- How the dates of a file are to be read, with the votes for either reading. A file is undecidable
-- when its evidence is too little or at odds; a stated order needs little, and much to fall. Little
-- evidence is enough where every other file of the feed is read the same way.
with votes as (

    select * from {{ ref('int_dates__file_votes') }}

),

weighed as (

    select
        *,
        {%- for kind in kinds %}
        {%- for reading, other in [('as_written', 'swapped'), ('swapped', 'as_written')] %}
        {{ date_evidence_speaks(kind, reading, other) }} as {{ kind }}_weight_{{ reading }},
        {%- endfor %}
        {%- endfor %}
        least(duration_as_written, duration_swapped) >= {{ least_votes }}
        and least(duration_as_written, duration_swapped) * 9
        > greatest(duration_as_written, duration_swapped) as is_mixed
    from votes

),

-- The format speaks for exchanged dates alone: a day above twelve is right either way.
scored as (

    select
        *,
        id_weight_as_written + duration_weight_as_written + window_weight_as_written
        + export_weight_as_written + {{ date_line_weight('as_written') }} as score_as_written,
        id_weight_swapped + duration_weight_swapped + window_weight_swapped
        + export_weight_swapped + format_weight_swapped + {{ date_line_weight('swapped') }}
            as score_swapped
    from weighed

),

judged as (

    select
        *,
        case
            when is_mixed or (score_as_written > 0 and score_swapped > 0) then 'undecidable'
            when score_as_written >= {{ least_votes }} then 'as_written'
            when score_swapped >= {{ least_votes_against_stated }} then 'swapped'
            when score_swapped >= {{ least_votes }} and not date_order_is_stated then 'swapped'
            when score_swapped >= {{ least_votes }} then 'undecidable'
            when rows_with_two_readings = 0 or date_order_is_stated then 'as_written'
            else 'undecidable'
        end as own_decision
    from scored

),

compared as (

    select
        *,
        count(
            case when rows_with_two_readings > 0 and own_decision = 'as_written' then 1 end
        ) over (partition by source_system) as files_as_written,
        count(
            case when rows_with_two_readings > 0 and own_decision = 'swapped' then 1 end
        ) over (partition by source_system) as files_swapped
    from judged

),

final as (

    select
        source_system,
        load_id,
        source_file,
        dated_rows,
        rows_with_two_readings,
        date_order_is_stated,
        first_date_as_written,
        last_date_as_written,
        first_date_swapped,
        last_date_swapped,
        {%- for kind in kinds %}
        {{ kind }}_as_written,
        {{ kind }}_swapped,
        {%- endfor %}
        score_as_written,
        score_swapped,
        case
            when own_decision <> 'undecidable' or is_mixed then own_decision
            when
                score_as_written = 0
                and score_swapped > 0
                and files_as_written = 0
                and files_swapped > 0
                then 'swapped'
            when
                score_swapped = 0
                and score_as_written > 0
                and files_swapped = 0
                and files_as_written > 0
                then 'as_written'
            else own_decision
        end as decision
    from compared

)

select * from final
