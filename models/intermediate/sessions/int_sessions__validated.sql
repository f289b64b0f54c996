-- Every row with the rules it breaks and what they do to it.
with sessions as (

    select * from {{ ref('int_sessions__checked') }}

),

rules as (

    select * from {{ ref('quality_rules') }}

),

effects as (

    select
        {{ sorted_text_list("case when effect = 'quarantine' then rule_code end") }} as refusing,
        {{ sorted_text_list("case when effect = 'not_final' then rule_code end") }} as not_final,
        {{ sorted_text_list("case when effect <> 'flag' then rule_code end") }} as effective
    from rules

),

final as (

    select
        {{ session_columns('sessions') }},
        sessions.connected_seconds,
        {{ sort_text_list('sessions.broken_rules') }} as rules_broken,
        {{ common_of_text_lists('sessions.broken_rules', 'effects.effective') }} as reasons,
        {{ common_of_text_lists('sessions.broken_rules', 'effects.refusing') }} is not null
            as is_refused,
        {{ common_of_text_lists('sessions.broken_rules', 'effects.not_final') }} is not null
            as is_open
    from sessions
    cross join effects

)

select * from final
