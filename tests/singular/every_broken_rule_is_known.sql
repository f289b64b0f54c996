-- Protects the meaning of a code: a rule that is not in quality_rules would refuse nothing and
-- explain nothing.
with rules as (

    select * from {{ ref('quality_rules') }}

),

lists as (

    select broken_rules as codes from {{ ref('int_sessions__checked') }}
    union all
    select quality_flags as codes from {{ ref('fct_charging_sessions') }}
    union all
    select reasons as codes from {{ ref('fct_quarantined_sessions') }}

),

codes as (

    {{ rows_per_word('lists', 'codes', 'rule_code', columns=[]) }}

),

final as (

    select distinct codes.rule_code
    from codes
    left join rules on codes.rule_code = rules.rule_code
    where rules.rule_code is null

)

select * from final
