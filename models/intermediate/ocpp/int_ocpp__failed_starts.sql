-- Attempts that became no session: a start that the back office refused, and a plug-in with an
-- authorisation that no transaction followed. Plugging in alone is no attempt.
{%- set authorisation_seconds = 180 %}
with calls as (

    select * from {{ ref('int_ocpp__calls') }}

),

transactions as (

    select * from {{ ref('int_ocpp__transactions') }}

),

sessions as (

    select * from {{ ref('int_ocpp__sessions') }}

),

status_events as (

    select * from {{ ref('int_ocpp__status_events') }}

),

connectors as (

    select * from {{ ref('int_ocpp__connectors') }}

),

authorisations as (

    select
        calls.source_system,
        calls.charge_point_id,
        calls.logged_at_utc as authorised_at_utc,
        calls.auth_status
    from calls
    left join transactions
        on
            calls.source_system = transactions.source_system
            and calls.charge_point_id = transactions.charge_point_id
            and coalesce(
                {{ json_text('calls.payload', '$.idTag') }},
                {{ json_text('calls.payload', '$.idToken') }}
            ) = transactions.driver_key
            and transactions.started_at_utc
            between calls.logged_at_utc - interval 1 second
            and {{ add_seconds('calls.logged_at_utc', authorisation_seconds) }}
    where
        calls.action in ('Authorize', 'RemoteStartTransaction', 'RequestStartTransaction')
        and transactions.transaction_key is null

),

places as (

    select
        source_system,
        charge_point_id,
        place,
        evse_id,
        connector_id,
        native_status,
        status,
        status_at_utc,
        lag(status) over (
            partition by source_system, charge_point_id, place
            order by status_at_utc, message_key
        ) as status_before,
        lead(status_at_utc) over (
            partition by source_system, charge_point_id, place
            order by status_at_utc, message_key
        ) as next_status_at_utc
    from status_events
    where place is not null

),

-- From the plug until the connector reports anything else.
plug_ins as (

    select
        *,
        coalesce(
            next_status_at_utc, {{ add_seconds('status_at_utc', authorisation_seconds) }}
        ) as settled_at_utc
    from places
    where
        native_status in ('Preparing', 'Occupied')
        and coalesce(status_before, 'AVAILABLE') <> 'OCCUPIED'

),

unserved as (

    select
        plug_ins.source_system,
        plug_ins.charge_point_id,
        plug_ins.place,
        plug_ins.evse_id,
        plug_ins.connector_id,
        plug_ins.status_at_utc,
        plug_ins.settled_at_utc
    from plug_ins
    left join transactions
        on
            plug_ins.source_system = transactions.source_system
            and plug_ins.charge_point_id = transactions.charge_point_id
            and plug_ins.place = transactions.place
            and transactions.started_at_utc
            between plug_ins.status_at_utc - interval 60 second
            and {{ add_seconds('plug_ins.settled_at_utc', authorisation_seconds) }}
    where transactions.transaction_key is null

),

unstarted as (

    select
        unserved.source_system,
        unserved.charge_point_id,
        unserved.evse_id,
        unserved.connector_id,
        unserved.status_at_utc as attempted_at_utc,
        case
            when {{ any_true("authorisations.auth_status = 'Accepted'") }} then 'NO_START'
            else 'REFUSED'
        end as failure
    from unserved
    inner join authorisations
        on
            unserved.source_system = authorisations.source_system
            and unserved.charge_point_id = authorisations.charge_point_id
            and authorisations.authorised_at_utc
            between {{ add_seconds('unserved.status_at_utc', -authorisation_seconds) }}
            and unserved.settled_at_utc
    group by
        unserved.source_system, unserved.charge_point_id, unserved.evse_id,
        unserved.connector_id, unserved.status_at_utc

),

refused as (

    select
        transactions.source_system,
        transactions.charge_point_id,
        transactions.evse_id,
        transactions.connector_id,
        transactions.started_at_utc as attempted_at_utc,
        'REFUSED' as failure
    from transactions
    inner join sessions
        on
            transactions.source_system = sessions.source_system
            and transactions.native_session_id = sessions.native_session_id
    where sessions.adapter_rules like '%START_REFUSED%'

),

unioned as (

    select * from unstarted
    union all
    select * from refused

),

final as (

    select distinct
        unioned.source_system,
        unioned.failure,
        unioned.source_system || ':' || connectors.native_port_id as port_id,
        {{ truncated('second', 'unioned.attempted_at_utc') }} as attempted_at_utc
    from unioned
    inner join connectors
        on
            unioned.source_system = connectors.source_system
            and unioned.charge_point_id = connectors.charge_point_id
            and coalesce(unioned.evse_id, connectors.port_number) = connectors.port_number
            and coalesce(unioned.connector_id, connectors.connector_number)
            = connectors.connector_number

)

select * from final
