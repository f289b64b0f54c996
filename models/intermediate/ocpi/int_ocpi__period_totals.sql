-- What the charging periods of a record say of it as a whole.
with periods as (

    select * from {{ ref('int_ocpi__charging_periods') }}

),

sums as (

    select
        source_system,
        load_id,
        source_line,
        cast(sum(import_kwh) as decimal(18, 6)) as import_kwh,
        cast(sum(export_kwh) as decimal(18, 6)) as export_kwh,
        min(case when not is_reservation then period_start_utc end) as plugged_in_at_utc,
        {{ any_true('is_reservation') }} as has_reservation,
        {{ all_true('is_reservation') }} as is_reservation_only,
        {{ any_true('is_idle') }} as has_idle,
        max(period_end_utc) as ended_at_utc,
        max(case when not is_idle and not is_reservation then period_end_utc end)
            as drawing_ended_at_utc
    from periods
    group by source_system, load_id, source_line

),

final as (

    select
        source_system,
        load_id,
        source_line,
        plugged_in_at_utc,
        has_reservation,
        is_reservation_only,
        import_kwh,
        export_kwh,
        case when has_idle and drawing_ended_at_utc < ended_at_utc then drawing_ended_at_utc end
            as charging_ended_at_utc
    from sums

)

select * from final
