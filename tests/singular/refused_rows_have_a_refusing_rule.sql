-- Protects the quarantine: a row is there for a rule that quarantines, and no accepted session
-- breaks one.
with rules as (

    select * from {{ ref('quality_rules') }}
    where effect <> 'flag'

),

accepted as (

    {{ rows_per_word(
        ref('fct_charging_sessions'), 'quality_flags', 'rule_code', columns=['session_id']
    ) }}

),

quarantined as (

    {{ rows_per_word(
        ref('fct_quarantined_sessions'), 'reasons', 'rule_code',
        columns=['source_file', 'source_line']
    ) }}

),

final as (

    select
        accepted.session_id as offender,
        accepted.rule_code
    from accepted
    inner join rules on accepted.rule_code = rules.rule_code
    union all
    select
        quarantined.source_file || ':' || quarantined.source_line as offender,
        min(quarantined.rule_code) as rule_code
    from quarantined
    left join rules
        on quarantined.rule_code = rules.rule_code and rules.effect = 'quarantine'
    group by quarantined.source_file, quarantined.source_line
    having count(rules.rule_code) = 0

)

select * from final
