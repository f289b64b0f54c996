-- Connectors as the operator declares them, and those that only messages name: there each is a
-- port of its own in version 1.6, and belongs to its EVSE in version 2.0.1.
with declared as (

    select * from {{ ref('int_ocpp__listed_connectors') }}

),

charge_points as (

    select * from {{ ref('stg_ocpp__charge_points') }}
    where parse_error is null and location_id is not null

),

transaction_messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

status_events as (

    select * from {{ ref('int_ocpp__status_events') }}

),

seen as (

    select
        source_system,
        charge_point_id,
        evse_id,
        connector_id
    from transaction_messages
    where place is not null
    union distinct
    select
        source_system,
        charge_point_id,
        evse_id,
        connector_id
    from status_events
    where place is not null

),

undeclared as (

    select distinct
        seen.source_system,
        seen.charge_point_id,
        coalesce(seen.evse_id, seen.connector_id) as port_number,
        coalesce(seen.connector_id, seen.evse_id) as connector_number,
        {{ joined('/', 'seen.charge_point_id, seen.evse_id, seen.connector_id') }}
            as native_connector_id
    from seen
    left join declared
        on
            seen.source_system = declared.source_system
            and seen.charge_point_id = declared.charge_point_id
            and coalesce(seen.evse_id, declared.port_id) = declared.port_id
            and coalesce(seen.connector_id, declared.connector_id) = declared.connector_id
    where declared.connector_id is null

),

unioned as (

    select
        source_system,
        charge_point_id,
        port_id as port_number,
        connector_id as connector_number,
        native_connector_id,
        connector_standard,
        power_type,
        rated_kw,
        1 as source_rank
    from declared
    union all
    select
        source_system,
        charge_point_id,
        port_number,
        connector_number,
        native_connector_id,
        'UNKNOWN' as connector_standard,
        null as power_type,
        null as rated_kw,
        2 as source_rank
    from undeclared

),

-- An EVSE that only messages name may be called as a connector that the list has.
ranked_names as (

    select
        *,
        row_number() over (
            partition by source_system, native_connector_id
            order by source_rank, charge_point_id, port_number, connector_number
        ) as name_rank
    from unioned

),

-- The latest list that has a charge point says where it stands.
located as (

    select
        *,
        row_number() over (
            partition by source_system, charge_point_id
            order by exported_on desc nulls last, location_id asc
        ) as recency
    from charge_points

),

placed as (

    select
        ranked_names.*,
        {{ joined('/', 'ranked_names.charge_point_id, cast(ranked_names.port_number as string)') }}
            as native_port_id,
        coalesce(located.location_id, ranked_names.charge_point_id) as native_station_id
    from ranked_names
    left join located
        on
            ranked_names.source_system = located.source_system
            and ranked_names.charge_point_id = located.charge_point_id
            and located.recency = 1

),

final as (

    select
        {{ canonical_connector({
            'source_file': 'null',
            'source_line': 'null',
            'load_id': 'null',
            'arrival_seq': 'null',
            'parse_error': 'null',
            'raw_bytes': 'null',
            'raw_hash': 'null',
            'exported_on': 'null',
            'native_connector_id':
                "native_connector_id || case when name_rank > 1 then '#' || name_rank else '' end",
            'native_port_id': 'native_port_id',
            'native_charger_id': 'charge_point_id',
            'native_station_id': 'native_station_id',
            'connector_standard': 'connector_standard',
            'power_type': 'power_type',
            'rated_kw': 'rated_kw',
        }) }},
        charge_point_id,
        port_number,
        connector_number
    from placed

)

select * from final
