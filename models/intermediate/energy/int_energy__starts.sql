with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

final as (

    select
        station_id,
        {{ quarter_hour_start('started_at_utc') }} as interval_start_utc,
        count(*) as sessions_started,
        count(case when outcome = 'NO_ENERGY' then 1 end) as zero_energy_sessions
    from sessions
    group by station_id, {{ quarter_hour_start('started_at_utc') }}

)

select * from final
