-- The whole local days of each stretch in which a charge point was heard of: a log tells of days
-- without a session too.
with heard_windows as (

    select * from {{ ref('int_ocpp__heard_windows') }}

),

connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

stations as (

    select * from {{ ref('int_stations__unioned') }}

),

zones as (

    select
        connectors.source_system,
        connectors.native_charger_id,
        min(stations.time_zone) as time_zone
    from connectors
    inner join stations on connectors.station_id = stations.station_id
    group by connectors.source_system, connectors.native_charger_id

),

local_windows as (

    select
        heard_windows.source_system,
        heard_windows.charge_point_id,
        heard_windows.window_number,
        {{ utc_to_local('heard_windows.heard_from_utc', 'zones.time_zone') }} as heard_from,
        {{ utc_to_local('heard_windows.heard_to_utc', 'zones.time_zone') }} as heard_to
    from heard_windows
    inner join zones
        on
            heard_windows.source_system = zones.source_system
            and heard_windows.charge_point_id = zones.native_charger_id

),

final as (

    {{ rows_per_day(
        'local_windows',
        'heard_from + interval 1 day',
        'heard_to - interval 1 day',
        'date_local',
        columns=['source_system', 'charge_point_id', 'window_number']
    ) }}

)

select * from final
