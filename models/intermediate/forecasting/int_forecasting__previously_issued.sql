-- What earlier builds have issued. It reads the state itself, not the model that appends to it:
-- the forecasts to come depend on the forecasts already made, and a graph has no such circle.
with issued as (

    {{ stored_forecasts('int_forecasting__issued', [
        ('source_system', 'varchar'),
        ('series_id', 'varchar'),
        ('algorithm', 'varchar'),
        ('origin_ts_utc', 'timestamp'),
        ('target_hour_utc', 'timestamp'),
        ('p50_kwh', 'decimal(18, 6)'),
        ('mean_kwh', 'decimal(18, 6)'),
        ('bias_factor', 'double'),
    ]) }}

),

series as (

    select * from {{ ref('int_forecasting__series') }}

),

final as (

    select
        issued.source_system,
        issued.series_id,
        issued.algorithm,
        issued.origin_ts_utc,
        issued.target_hour_utc,
        issued.p50_kwh,
        issued.mean_kwh,
        issued.bias_factor
    from issued
    inner join series on issued.series_id = series.series_id

)

select * from final
