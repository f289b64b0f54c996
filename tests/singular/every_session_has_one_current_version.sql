-- Protects the choice among versions: a session with a final row that was neither refused nor taken
-- back is accepted exactly once, and a session without one never.
with classified as (

    select * from {{ ref('int_sessions__classified') }}

),

identified as (

    select * from {{ ref('int_sessions__identified') }}

),

counted as (

    select
        classified.session_id,
        count(case when classified.row_class = 'accepted' then 1 end) as accepted_count,
        max(
            case
                when identified.is_refused or identified.is_open then 0
                when classified.row_class in ('credited', 'exact_duplicate') then 0
                else 1
            end
        ) as expected_count
    from classified
    inner join identified on classified.row_id = identified.row_id
    group by classified.session_id

),

final as (

    select * from counted
    where accepted_count <> expected_count

)

select * from final
