{%- set changed = [
    'adapter_rules', 'latitude', 'longitude', 'station_country_code', 'started_at_utc',
    'charging_ended_at_utc', 'reserved_seconds', 'energy_kwh', 'energy_export_kwh',
] -%}
{%- set kept = canonical_session_columns() | map(attribute=0) | reject('in', changed)
    | join(',\n        ') -%}
-- OCPI records as canonical sessions: a reservation is taken off the start, energy fed back is
-- kept apart, and what the charging periods say is held against the record's own totals.
with records as (

    select * from {{ ref('int_ocpi__records') }}

),

periods as (

    select * from {{ ref('int_ocpi__period_totals') }}

),

countries as (

    select * from {{ ref('countries') }}

),

misplaced as (

    select * from {{ ref('int_ocpi__misplaced_coordinates') }}

),

joined as (

    select
        records.*,
        {{ put_right('records', 'misplaced', 'latitude') }} as true_latitude,
        {{ put_right('records', 'misplaced', 'longitude') }} as true_longitude,
        misplaced.verdict,
        countries.country_code,
        periods.charging_ended_at_utc as idle_from_utc,
        periods.import_kwh,
        periods.export_kwh,
        case
            when periods.has_reservation and not periods.is_reservation_only
                then greatest(periods.plugged_in_at_utc, records.started_at_utc)
            else records.started_at_utc
        end as plugged_in_at_utc,
        coalesce(periods.is_reservation_only or records.is_without_evse, false)
            as is_reservation_only
    from records
    left join periods
        on
            records.source_system = periods.source_system
            and records.load_id = periods.load_id
            and records.source_line = periods.source_line
    left join countries on upper(records.country_alpha_3) = countries.country_alpha_3
    left join misplaced
        on
            countries.country_code = misplaced.country_code
            and records.latitude = cast(misplaced.latitude as decimal(9, 6))
            and records.longitude = cast(misplaced.longitude as decimal(9, 6))

),

-- A total may be what was drawn or, with energy fed back, what was drawn less that.
drawn as (

    select
        *,
        {{ seconds_between('started_at_utc', 'plugged_in_at_utc') }} as seconds_before_plug_in,
        case
            when export_kwh > 0 and {{ is_near('energy_kwh', 'import_kwh - export_kwh') }}
                then energy_kwh + export_kwh
            when energy_kwh < 0 and not coalesce(is_credit, false) then 0
            else energy_kwh
        end as drawn_kwh,
        case
            when export_kwh > 0 then export_kwh
            when energy_kwh < 0 and not coalesce(is_credit, false) then -energy_kwh
        end as fed_back_kwh
    from joined

),

held_against as (

    select
        *,
        nullif({% call joined(',') %}
            adapter_rules,
            case when is_reservation_only then 'RESERVATION_ONLY' end,
            case verdict
                when 'SWAPPED' then 'COORDINATES_SWAPPED'
                when 'ELSEWHERE' then 'COORDINATES_ELSEWHERE'
                when 'NOWHERE' then 'COORDINATES_ELSEWHERE'
            end,
            case
                when import_kwh is null or {{ is_near('drawn_kwh', 'import_kwh') }} then null
                when {{ is_near('cast(drawn_kwh as decimal(28, 6)) * 1000', 'import_kwh') }}
                    then 'PERIODS_IN_WH'
                else 'PERIODS_MISMATCH'
            end,
            case
                when
                    not {{ is_near_in_time(
                        'total_hours', seconds_between('started_at_utc', 'ended_at_utc')
                    ) }}
                    and not {{ is_near_in_time(
                        'total_hours', seconds_between('plugged_in_at_utc', 'ended_at_utc')
                    ) }}
                    then 'TIME_MISMATCH'
            end
        {% endcall %}, '') as all_rules
    from drawn

),

final as (

    select
        {{ kept }},
        {{ sort_text_list('all_rules') }} as adapter_rules,
        true_latitude as latitude,
        true_longitude as longitude,
        country_code as station_country_code,
        plugged_in_at_utc as started_at_utc,
        coalesce(
            idle_from_utc,
            -- Parking is stated as a total only: it comes last.
            case
                when total_parking_hours > 0 and import_kwh is null
                    then greatest(
                        plugged_in_at_utc,
                        {{ add_seconds(
                            'ended_at_utc',
                            '-cast(round(total_parking_hours * 3600) as bigint)'
                        ) }}
                    )
            end
        ) as charging_ended_at_utc,
        nullif(seconds_before_plug_in, 0) as reserved_seconds,
        cast(drawn_kwh as decimal(18, 6)) as energy_kwh,
        cast(fed_back_kwh as decimal(18, 6)) as energy_export_kwh
    from held_against

)

select * from final
