-- Every row gets one class. A refused row never competes, nor does a record that was taken back;
-- among the others of one transaction a final version beats an open one, then a CDR a Session and
-- that a charger's messages, then the later update, the later export, the content hash.
with identified as (

    select * from {{ ref('int_sessions__identified') }}

),

credits as (

    select * from {{ ref('int_sessions__credits') }}

),

matched as (

    select * from {{ ref('int_sessions__matched_transactions') }}

),

related as (

    select
        {{ session_columns('identified') }},
        identified.connected_seconds,
        identified.is_refused,
        identified.is_open,
        identified.reasons,
        coalesce(matched.session_id, identified.session_id) as session_id,
        nullif({% call joined(',') %}
            identified.rules_broken,
            case when credits.is_without_original then 'CREDIT_WITHOUT_ORIGINAL' end
        {% endcall %}, '') as rules_broken,
        coalesce(credits.is_credit_note, false) as is_credit_note,
        credits.row_id is not null as is_credited,
        case identified.record_kind
            when 'SESSION' then 2
            when 'OCPP' then 3
            else 1
        end as kind_rank
    from identified
    left join credits on identified.row_id = credits.row_id
    left join matched
        on
            identified.record_kind = 'OCPP'
            and identified.session_id = matched.message_session_id

),

-- Most transactions have one row: only the others are ranked, and whoever shares a short hash with
-- them, which does no harm.
contested as (

    select {{ short_hash('session_id') }} as session_hash
    from related
    where parse_error is null
    group by {{ short_hash('session_id') }}
    having count(*) > 1

),

-- What a record says is hashed for these alone.
compared as (

    select
        related.*,
        {{ session_content('related') }} as content_hash
    from related
    inner join contested on {{ short_hash('related.session_id') }} = contested.session_hash
    where related.parse_error is null

),

copies as (

    select
        *,
        row_number() over (
            partition by
                session_id, content_hash, record_kind, native_record_id, credited_record_id,
                reserved_seconds, energy_export_kwh
            order by exported_on nulls last, source_file, source_line, load_id
        ) as copy_number
    from compared

),

versions as (

    select
        row_id,
        row_number() over (
            partition by session_id
            order by
                is_open asc,
                kind_rank asc,
                last_updated_utc desc nulls last,
                exported_on desc nulls last,
                content_hash desc
        ) as version_rank
    from copies
    where copy_number = 1 and not is_refused and not is_credited

),

final as (

    select
        {{ session_columns('related') }},
        related.connected_seconds,
        {{ sort_text_list('related.rules_broken') }} as rules_broken,
        related.reasons,
        related.session_id,
        case
            when related.parse_error is not null then 'quarantined'
            when copies.copy_number > 1 then 'exact_duplicate'
            when related.is_credit_note then 'credited'
            when related.is_refused then 'quarantined'
            when related.is_credited then 'credited'
            when versions.version_rank > 1 and related.native_session_id is null
                then 'natural_duplicate'
            when versions.version_rank > 1 then 'superseded'
            when related.is_open then 'not_final'
            else 'accepted'
        end as row_class
    from related
    left join copies on related.row_id = copies.row_id
    left join versions on related.row_id = versions.row_id

)

select * from final
