with sessions as (

    select * from {{ ref('int_sessions__checked') }}

),

rules as (

    select * from {{ ref('quality_rules') }}

),

broken as (

    select
        row_id,
        {{ split_text_list('broken_rules') }} as rule_code
    from sessions
    where broken_rules is not null

),

effects as (

    select
        broken.row_id,
        {{ sorted_text_list('broken.rule_code') }} as rules_broken,
        {{ sorted_text_list("case when rules.effect <> 'flag' then broken.rule_code end") }}
            as reasons,
        coalesce(max(case when rules.effect = 'quarantine' then 1 end), 0) = 1 as is_refused,
        coalesce(max(case when rules.effect = 'not_final' then 1 end), 0) = 1 as is_open
    from broken
    left join rules on broken.rule_code = rules.rule_code
    group by broken.row_id

),

final as (

    select
        {{ session_columns('sessions') }},
        sessions.connected_seconds,
        effects.rules_broken,
        effects.reasons,
        coalesce(effects.is_refused, false) as is_refused,
        coalesce(effects.is_open, false) as is_open
    from sessions
    left join effects on sessions.row_id = effects.row_id

)

select * from final
