-- What counts and what does not is, per feed, every row and every kWh that was read.
with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

uncounted_rows as (

    select * from {{ ref('fct_uncounted_rows') }}

),

files as (

    select * from {{ ref('rpt_reconciliation') }}

),

landed as (

    select
        source_system,
        sum(rows_in - supporting_records) as n,
        sum(energy_in_kwh) as energy_kwh
    from files
    group by source_system

),

told as (

    select
        source_system,
        1 as n,
        energy_kwh
    from sessions
    union all
    select
        source_system,
        1 as n,
        coalesce(energy_kwh, 0) as energy_kwh
    from uncounted_rows

),

told_sums as (

    select
        source_system,
        sum(n) as n,
        sum(energy_kwh) as energy_kwh
    from told
    group by source_system

)

select
    landed.source_system,
    landed.n as rows_landed,
    told_sums.n as rows_told,
    landed.energy_kwh as landed_kwh,
    told_sums.energy_kwh as told_kwh
from landed
full outer join told_sums on landed.source_system = told_sums.source_system
where
    coalesce(landed.n, 0) <> coalesce(told_sums.n, 0)
    or coalesce(landed.energy_kwh, 0) <> coalesce(told_sums.energy_kwh, 0)
