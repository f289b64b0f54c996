-- Every second of a port's service has one status. Where its connectors differ, what a driver finds
-- counts; where nothing is known, the port is UNKNOWN.
with port_service as (

    select * from {{ ref('int_availability__port_service') }}

),

port_states as (

    select * from {{ ref('int_availability__port_states') }}

),

boundaries as (

    select
        port_id,
        service_from_utc as boundary_utc
    from port_service
    union distinct
    select
        port_id,
        service_to_utc as boundary_utc
    from port_service
    union distinct
    select
        port_id,
        state_from_utc as boundary_utc
    from port_states
    union distinct
    select
        port_id,
        state_to_utc as boundary_utc
    from port_states

),

pieces as (

    select
        port_id,
        boundary_utc as piece_from_utc,
        lead(boundary_utc) over (
            partition by port_id
            order by boundary_utc
        ) as piece_to_utc
    from boundaries

),

in_service as (

    select
        pieces.port_id,
        port_service.station_id,
        port_service.stretch_number,
        pieces.piece_from_utc,
        pieces.piece_to_utc
    from pieces
    inner join port_service
        on
            pieces.port_id = port_service.port_id
            and pieces.piece_from_utc >= port_service.service_from_utc
            and pieces.piece_to_utc <= port_service.service_to_utc

),

told as (

    select
        in_service.port_id,
        in_service.station_id,
        in_service.stretch_number,
        in_service.piece_from_utc,
        in_service.piece_to_utc,
        min(
            case
                when port_states.part = 'charger' and port_states.status = 'FAULTED' then 1
                when port_states.part = 'charger' and port_states.status = 'UNAVAILABLE' then 2
                when port_states.part = 'charger' then 8
                when port_states.status = 'OCCUPIED' then 3
                when port_states.status = 'RESERVED' then 4
                when port_states.status = 'AVAILABLE' then 5
                when port_states.status = 'FAULTED' then 6
                when port_states.status = 'UNAVAILABLE' then 7
                else 8
            end
        ) as rank_of_status
    from in_service
    left join port_states
        on
            in_service.port_id = port_states.port_id
            and in_service.piece_from_utc >= port_states.state_from_utc
            and in_service.piece_from_utc < port_states.state_to_utc
    group by
        in_service.port_id, in_service.station_id, in_service.stretch_number,
        in_service.piece_from_utc, in_service.piece_to_utc

),

named as (

    select
        *,
        case
            when rank_of_status in (1, 6) then 'FAULTED'
            when rank_of_status in (2, 7) then 'UNAVAILABLE'
            when rank_of_status = 3 then 'OCCUPIED'
            when rank_of_status = 4 then 'RESERVED'
            when rank_of_status = 5 then 'AVAILABLE'
            else 'UNKNOWN'
        end as status
    from told

),

compared as (

    select
        *,
        lag(status) over (
            partition by port_id, stretch_number
            order by piece_from_utc
        ) as status_before
    from named

),

runs as (

    select
        *,
        sum(case when status = status_before then 0 else 1 end) over (
            partition by port_id, stretch_number
            order by piece_from_utc
            rows between unbounded preceding and current row
        ) as run_number
    from compared

),

final as (

    select
        port_id,
        station_id,
        status,
        min(piece_from_utc) as status_from_utc,
        max(piece_to_utc) as status_to_utc,
        cast(
            {{ seconds_between('min(piece_from_utc)', 'max(piece_to_utc)') }} as bigint
        ) as status_seconds
    from runs
    group by port_id, station_id, stretch_number, run_number, status

)

select * from final
