with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

classified as (

    select * from {{ ref('int_sessions__classified') }}

),

stations as (

    select * from {{ ref('dim_stations') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

instants as (

    select distinct
        source_system,
        origin_ts_utc
    from demand
    where origin_ts_utc is not null

),

-- An open transaction has no energy yet, but its start is on record.
begun as (

    select
        session_id,
        station_id,
        native_session_id,
        started_at_utc,
        known_at_utc
    from sessions

    union all

    select
        session_id,
        station_id,
        native_session_id,
        started_at_utc,
        cast(null as timestamp) as known_at_utc
    from classified
    where row_class = 'not_final'

),

-- Begun before the origin, on record in full only at or after it.
final as (

    select
        instants.origin_ts_utc,
        begun.session_id,
        begun.station_id,
        stations.source_system,
        begun.native_session_id,
        begun.started_at_utc
    from begun
    inner join stations on begun.station_id = stations.station_id
    inner join instants
        on
            stations.source_system = instants.source_system
            and begun.started_at_utc < instants.origin_ts_utc
            and coalesce(begun.known_at_utc, timestamp '9999-01-01 00:00:00')
            >= instants.origin_ts_utc

)

select * from final
