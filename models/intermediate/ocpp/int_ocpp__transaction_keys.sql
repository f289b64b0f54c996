-- Which transaction a message belongs to: by its id since the last start under that id; where the
-- answer with the id was lost, by the place and the time.
with messages as (

    select
        *,
        case kind when 'start' then 1 when 'meter' then 2 else 3 end as kind_rank
    from {{ ref('int_ocpp__linked_messages') }}

),

by_id as (

    select
        *,
        max(case when kind = 'start' then occurred_at_utc end) over (
            partition by source_system, charge_point_id, transaction_id
            order by occurred_at_utc, kind_rank
            rows between unbounded preceding and current row
        ) as run_started_at_utc
    from messages
    where transaction_id is not null

),

starts as (

    select
        *,
        lead(occurred_at_utc) over (
            partition by source_system, charge_point_id, place
            order by occurred_at_utc, message_key
        ) as next_start_at_utc
    from messages
    where kind = 'start'

),

keyed_starts as (

    select
        message_key,
        message_key as transaction_key
    from starts

),

keyed_by_id as (

    select
        by_id.message_key,
        coalesce(
            min(starts.message_key), by_id.lost_start_key,
            {{ surrogate_key([
                'by_id.source_system', 'by_id.charge_point_id', 'by_id.transaction_id'
            ]) }}
        ) as transaction_key
    from by_id
    left join starts
        on
            by_id.source_system = starts.source_system
            and by_id.charge_point_id = starts.charge_point_id
            and by_id.transaction_id = starts.transaction_id
            and by_id.run_started_at_utc = starts.occurred_at_utc
    where by_id.kind <> 'start'
    group by
        by_id.message_key, by_id.source_system, by_id.charge_point_id, by_id.transaction_id,
        by_id.lost_start_key

),

keyed_stops as (

    select
        message_key,
        coalesce(lost_start_key, message_key) as transaction_key
    from messages
    where transaction_id is null and kind = 'stop'

),

keyed as (

    select * from keyed_starts
    union all
    select * from keyed_by_id
    union all
    select * from keyed_stops

),

stopped as (

    select
        keyed.transaction_key,
        min(messages.occurred_at_utc) as stopped_at_utc
    from keyed
    inner join messages on keyed.message_key = messages.message_key
    where messages.kind = 'stop'
    group by keyed.transaction_key

),

-- Meter values that name no transaction belong to the one that runs at their place.
running as (

    select
        messages.message_key,
        messages.occurred_at_utc,
        starts.message_key as transaction_key,
        row_number() over (
            partition by messages.message_key
            order by starts.occurred_at_utc desc, starts.message_key asc
        ) as start_rank
    from messages
    inner join starts
        on
            messages.source_system = starts.source_system
            and messages.charge_point_id = starts.charge_point_id
            and messages.place = starts.place
            and messages.occurred_at_utc >= starts.occurred_at_utc
            and (
                starts.next_start_at_utc is null
                or messages.occurred_at_utc < starts.next_start_at_utc
            )
    where messages.transaction_id is null and messages.kind = 'meter'

),

keyed_by_place as (

    select
        running.message_key,
        running.transaction_key
    from running
    left join stopped on running.transaction_key = stopped.transaction_key
    where
        running.start_rank = 1
        and (stopped.stopped_at_utc is null or running.occurred_at_utc <= stopped.stopped_at_utc)

),

final as (

    select * from keyed
    union all
    select * from keyed_by_place

)

select * from final
