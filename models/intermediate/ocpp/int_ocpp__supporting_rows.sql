-- Every landed line of the protocol that is no session: messages, and the declared network.
with messages as (

    select * from {{ ref('stg_ocpp__messages') }}

),

sessions as (

    select * from {{ ref('int_ocpp__sessions') }}

),

charge_points as (

    select * from {{ ref('stg_ocpp__charge_points') }}

),

ports as (

    select * from {{ ref('stg_ocpp__ports') }}

),

connectors as (

    select * from {{ ref('stg_ocpp__connectors') }}

),

other_messages as (

    select messages.*
    from messages
    left join sessions
        on
            messages.source_system = sessions.source_system
            and messages.load_id = sessions.load_id
            and messages.source_line = sessions.source_line
    where sessions.source_line is null

),

final as (

    {{ supporting_lines(['other_messages', 'charge_points', 'ports', 'connectors']) }}

)

select * from final
