-- The local days that the landed files of a feed cover, as stretches without a missing day.
with sessions as (

    select * from {{ ref('int_sessions__validated') }}

),

file_days as (

    select
        source_system,
        load_id,
        min(cast({{ utc_to_local('started_at_utc', 'time_zone') }} as date)) as first_date,
        max(cast({{ utc_to_local('started_at_utc', 'time_zone') }} as date)) as last_date
    from sessions
    where started_at_utc is not null and not is_refused
    group by source_system, load_id

),

reached as (

    select
        *,
        max(last_date) over (
            partition by source_system
            order by first_date, last_date, load_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from file_days

),

stretches as (

    select
        *,
        sum(
            case
                when first_date <= covered_until + interval '1 day' then 0
                else 1
            end
        ) over (
            partition by source_system
            order by first_date, last_date, load_id
            rows unbounded preceding
        ) as window_number
    from reached

),

final as (

    select
        source_system,
        cast(window_number as bigint) as window_number,
        min(first_date) as first_date_local,
        max(last_date) as last_date_local
    from stretches
    group by source_system, window_number

)

select * from final
