with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

origins as (

    select * from {{ ref('int_forecasting__origins') }}

),

instants as (

    select distinct
        source_system,
        origin_ts_utc
    from origins

),

-- Begun before the origin, on record only at or after it.
final as (

    select
        instants.origin_ts_utc,
        sessions.session_id,
        sessions.station_id,
        sessions.started_at_utc
    from sessions
    inner join stations on sessions.station_id = stations.station_id
    inner join instants
        on
            stations.source_system = instants.source_system
            and sessions.started_at_utc < instants.origin_ts_utc
            and sessions.known_at_utc >= instants.origin_ts_utc

)

select * from final
