-- Charging periods with what each measured. A period ends where the next one starts, the last one
-- with its record; a record states them in order of time, else by their place in its list.
with records as (

    select * from {{ ref('int_ocpi__records') }}

),

listed as (

    {{ rows_per_element(
        'records',
        'charging_periods',
        'period',
        position='list_position',
        columns=['source_system', 'load_id', 'source_line', 'started_at_utc', 'ended_at_utc'],
        where='charging_periods is not null'
    ) }}

),

timed as (

    select
        *,
        {{ truncated('second', moment_to_utc(json_text('period', '$.start_date_time'))) }}
            as stated_start_utc
    from listed

),

dimensions as (

    {{ rows_per_element(
        'listed',
        json_part('period', '$.dimensions'),
        'dimension',
        columns=['source_system', 'load_id', 'source_line', 'list_position']
    ) }}

),

volumes as (

    select
        source_system,
        load_id,
        source_line,
        list_position,
        {{ json_text('dimension', '$.type') }} as dimension_type,
        {{ try_to_decimal(json_text('dimension', '$.volume')) }} as volume
    from dimensions

),

totals as (

    select
        source_system,
        load_id,
        source_line,
        list_position,
        {{ dimension_total('ENERGY') }} as net_kwh,
        {{ dimension_total('ENERGY_IMPORT') }} as import_kwh,
        {{ dimension_total('ENERGY_EXPORT') }} as export_kwh,
        {{ dimension_total('TIME') }} as charging_hours,
        {{ dimension_total('PARKING_TIME') }} as parking_hours,
        {{ dimension_total('RESERVATION_TIME') }} as reserved_hours
    from volumes
    group by source_system, load_id, source_line, list_position

),

measured as (

    select
        timed.source_system,
        timed.load_id,
        timed.source_line,
        timed.list_position,
        timed.ended_at_utc,
        least(greatest(timed.stated_start_utc, timed.started_at_utc), timed.ended_at_utc)
            as period_start_utc,
        coalesce(
            totals.import_kwh,
            totals.net_kwh + totals.export_kwh,
            case when totals.net_kwh > 0 then totals.net_kwh else totals.net_kwh * 0 end
        ) as import_kwh,
        coalesce(
            totals.export_kwh,
            case when totals.net_kwh < 0 then -totals.net_kwh else totals.net_kwh * 0 end
        ) as export_kwh,
        coalesce(totals.parking_hours > 0, false) as has_parking,
        coalesce(
            totals.reserved_hours > 0
            and coalesce(
                totals.charging_hours, totals.parking_hours, totals.net_kwh, totals.import_kwh
            ) is null,
            false
        ) as is_reservation
    from timed
    left join totals
        on
            timed.source_system = totals.source_system
            and timed.load_id = totals.load_id
            and timed.source_line = totals.source_line
            and timed.list_position = totals.list_position
    where timed.stated_start_utc is not null

),

final as (

    select
        source_system,
        load_id,
        source_line,
        period_start_utc,
        is_reservation,
        cast(import_kwh as decimal(18, 6)) as import_kwh,
        cast(export_kwh as decimal(18, 6)) as export_kwh,
        cast(
            row_number() over (
                partition by source_system, load_id, source_line
                order by period_start_utc, list_position
            ) as bigint
        ) as period_number,
        coalesce(
            lead(period_start_utc) over (
                partition by source_system, load_id, source_line
                order by period_start_utc, list_position
            ),
            ended_at_utc
        ) as period_end_utc,
        not is_reservation
        and coalesce(import_kwh, 0) = 0
        and coalesce(export_kwh, 0) = 0
        and (has_parking or import_kwh is not null) as is_idle
    from measured

)

select * from final
