-- When each charge point of a log was in service, as far as the log tells: from its first to its
-- last message, within the dates that the operator declares.
with heard_windows as (

    select * from {{ ref('int_ocpp__heard_windows') }}

),

charge_points as (

    select * from {{ ref('stg_ocpp__charge_points') }}
    where parse_error is null and charge_point_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, charge_point_id
            order by exported_on desc nulls last, location_id asc, commissioned_at_utc asc
        ) as recency
    from charge_points

),

heard as (

    select
        source_system,
        charge_point_id,
        min(heard_from_utc) as heard_from_utc,
        max(heard_to_utc) as heard_to_utc
    from heard_windows
    group by source_system, charge_point_id

),

final as (

    select
        heard.heard_from_utc,
        heard.heard_to_utc,
        coalesce(heard.source_system, ranked.source_system) as source_system,
        coalesce(heard.charge_point_id, ranked.charge_point_id) as native_charger_id,
        {{ truncated('second', 'ranked.commissioned_at_utc') }} as commissioned_at_utc,
        {{ truncated('second', 'ranked.decommissioned_at_utc') }} as decommissioned_at_utc
    from heard
    full outer join ranked
        on
            heard.source_system = ranked.source_system
            and heard.charge_point_id = ranked.charge_point_id
    where coalesce(ranked.recency, 1) = 1

)

select * from final
