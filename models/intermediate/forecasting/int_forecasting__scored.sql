-- Every issued forecast beside what happened, in the words of its horizon band.
with issued as (

    select * from {{ ref('int_forecasting__issued') }}

),

demand as (

    select * from {{ ref('int_forecasting__hourly_demand') }}

),

final as (

    select
        issued.origin_ts_utc,
        issued.series_id,
        issued.source_system,
        issued.level,
        issued.target_hour_utc,
        issued.horizon_hours,
        issued.algorithm,
        issued.model_id,
        issued.issued_at,
        issued.run_kind,
        issued.p50_kwh,
        issued.mean_kwh,
        issued.p2_5_kwh,
        issued.p10_kwh,
        issued.p90_kwh,
        issued.p97_5_kwh,
        demand.energy_kwh as actual_kwh,
        case
            when issued.horizon_hours <= 6 then '1-6'
            when issued.horizon_hours <= 12 then '7-12'
            -- The day of an autumn clock change has a twenty-fifth hour.
            when issued.horizon_hours <= 25 then '13-24'
            when issued.horizon_hours <= 72 then '25-72'
            else '73-168'
        end as horizon_band
    from issued
    inner join demand
        on
            issued.series_id = demand.series_id
            and issued.target_hour_utc = demand.hour_start_utc

)

select * from final
