{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Credit notes, and the records that they take back. A credit note that names none takes back the
-- record whose id it repeats; whichever of the two arrives first, the result is the same.
with records as (

    select
        row_id,
        source_system,
        native_record_id,
        credited_record_id
    from {{ ref('int_sessions__identified') }}
    where record_kind = 'CDR' and parse_error is null

),

taken_back as (

    select distinct
        source_system,
        credited_record_id
    from records
    where credited_record_id is not null

),

originals as (

    select distinct
        source_system,
        native_record_id
    from records
    where credited_record_id is null

),

credit_notes as (

    select
        records.row_id,
        true as is_credit_note,
        originals.native_record_id is null as is_without_original
    from records
    left join originals
        on
            records.source_system = originals.source_system
            and records.credited_record_id = originals.native_record_id
    where records.credited_record_id is not null

),

credited as (

    select
        records.row_id,
        false as is_credit_note,
        false as is_without_original
    from records
    inner join taken_back
        on
            records.source_system = taken_back.source_system
            and records.native_record_id = taken_back.credited_record_id
    where records.credited_record_id is null

),

final as (

    select * from credit_notes
    union all
    select * from credited

)

select * from final
