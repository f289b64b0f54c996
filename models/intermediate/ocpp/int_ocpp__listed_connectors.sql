-- Connectors as the operator's lists declare them: the latest list that has a connector says what
-- it is, whatever the order of arrival.
with declared as (

    select * from {{ ref('stg_ocpp__connectors') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, charge_point_id, port_id, connector_id
            order by
                exported_on desc nulls last,
                {{ surrogate_key(['connector_type', 'power_type', 'rated_kw']) }}
        ) as recency
    from declared
    where
        parse_error is null
        and charge_point_id is not null
        and port_id is not null
        and connector_id is not null

),

final as (

    select
        source_system,
        charge_point_id,
        port_id,
        connector_id,
        power_type,
        rated_kw,
        upper(connector_type) as connector_standard,
        -- Numbers that start again at each EVSE need its number before them.
        case
            when count(*) over (partition by source_system, charge_point_id, connector_id) > 1
                then {{ joined('/', 'charge_point_id, port_id, connector_id') }}
            else {{ joined('/', 'charge_point_id, connector_id') }}
        end as native_connector_id
    from ranked
    where recency = 1

)

select * from final
