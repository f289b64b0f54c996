-- States of ports that OCPI Locations tell: from when an EVSE says it changed to its next change.
-- A state that no later Location confirms fades after a while.
with evses as (

    select * from {{ ref('int_ocpi__evses') }}

),

snapshots as (

    select
        source_system,
        native_port_id,
        evse_status,
        {{ truncated('second', 'status_since_utc') }} as state_from_utc,
        {{ truncated('second', 'max(last_updated_utc)') }} as confirmed_at_utc
    from evses
    where
        evse_status is not null
        and {{ is_plausible_start('status_since_utc') }}
        and {{ is_plausible_start('last_updated_utc') }}
    group by
        source_system,
        native_port_id,
        evse_status,
        {{ truncated('second', 'status_since_utc') }}

),

-- Until its newest word a feed that pushes changes would have told of another one.
last_words as (

    select
        source_system,
        max(confirmed_at_utc) as last_word_utc
    from snapshots
    group by source_system

),

followed as (

    select
        snapshots.source_system,
        snapshots.native_port_id,
        snapshots.evse_status,
        snapshots.state_from_utc,
        least(
            last_words.last_word_utc,
            coalesce(
                lead(snapshots.state_from_utc) over (
                    partition by snapshots.source_system, snapshots.native_port_id
                    order by snapshots.state_from_utc, snapshots.evse_status
                ),
                last_words.last_word_utc
            ),
            {{ add_seconds(
                'greatest(snapshots.confirmed_at_utc, snapshots.state_from_utc)',
                var('ecocharge_status_hours') ~ ' * 3600'
            ) }}
        ) as state_to_utc
    from snapshots
    inner join last_words on snapshots.source_system = last_words.source_system

),

final as (

    select
        source_system,
        native_port_id as part,
        state_from_utc,
        state_to_utc,
        source_system || ':' || native_port_id as port_id,
        case
            when evse_status = 'AVAILABLE' then 'AVAILABLE'
            when evse_status = 'CHARGING' then 'OCCUPIED'
            when evse_status = 'RESERVED' then 'RESERVED'
            when evse_status = 'OUTOFORDER' then 'FAULTED'
            when evse_status in ('BLOCKED', 'INOPERATIVE', 'PLANNED', 'REMOVED') then 'UNAVAILABLE'
        end as status
    from followed
    where
        state_from_utc < state_to_utc
        and evse_status in (
            'AVAILABLE', 'CHARGING', 'RESERVED', 'OUTOFORDER', 'BLOCKED', 'INOPERATIVE', 'PLANNED',
            'REMOVED'
        )

)

select * from final
