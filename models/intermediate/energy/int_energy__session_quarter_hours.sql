with measured as (

    select * from {{ ref('int_energy__measured_quarter_hours') }}

),

modelled as (

    select * from {{ ref('int_energy__modelled_quarter_hours') }}

),

unioned as (

    select
        session_id,
        station_id,
        interval_start_utc,
        split_method,
        false as is_measured,
        outcome_of_start,
        micro_kwh,
        connected_seconds,
        charging_seconds,
        idle_seconds
    from modelled
    union all
    select
        session_id,
        station_id,
        interval_start_utc,
        split_method,
        true as is_measured,
        outcome_of_start,
        micro_kwh,
        connected_seconds,
        charging_seconds,
        idle_seconds
    from measured

),

final as (

    select
        *,
        {{ from_micro_kwh('micro_kwh') }} as energy_kwh
    from unioned

)

select * from final
