-- Locations as the operator declares them through their charge points: in service from the first
-- that is commissioned to the last that is not.
with charge_points as (

    select * from {{ ref('stg_ocpp__charge_points') }}
    where parse_error is null and charge_point_id is not null and location_id is not null

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

by_location as (

    select
        source_system,
        location_id as native_station_id,
        cast(
            case when count(commissioned_at_utc) = count(*) then min(commissioned_at_utc) end
            as date
        ) as opened_on,
        cast(
            case when count(decommissioned_at_utc) = count(*) then max(decommissioned_at_utc) end
            as date
        ) as closed_on,
        max(cast(exported_on as date)) as exported_on
    from ranked
    where recency = 1
    group by source_system, location_id

),

final as (

    select
        {{ canonical_station({
            'source_file': 'null',
            'source_line': 'null',
            'load_id': 'null',
            'arrival_seq': 'null',
            'parse_error': 'null',
            'raw_bytes': 'null',
            'raw_hash': 'null',
            'native_station_id': 'native_station_id',
            'opened_on': 'opened_on',
            'closed_on': 'closed_on',
        }) }}
    from by_location

)

select * from final
