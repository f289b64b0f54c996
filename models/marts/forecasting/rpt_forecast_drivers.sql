with fits as (

    select * from {{ ref('int_forecasting__fits') }}

),

feature_words as (

    select * from {{ ref('forecast_features') }}

),

listed as (

    {{ rows_per_element(
        'fits',
        'drivers',
        'driver',
        columns=['model_id', 'algorithm', 'source_system', 'scope']
    ) }}

),

measured as (

    select
        model_id,
        algorithm,
        source_system,
        scope,
        {{ to_double(json_text('driver', '$.rae_lost')) }} as rae_lost,
        {{ to_double(json_text('driver', '$.kwh_per_deviation')) }} as kwh_per_deviation,
        {{ to_double(json_text('driver', '$.kwh_per_unit')) }} as kwh_per_unit,
        {{ json_text('driver', '$.feature') }} as feature
    from listed

),

stepped as (

    select
        measured.model_id,
        measured.algorithm,
        measured.source_system,
        measured.scope,
        measured.feature,
        measured.rae_lost,
        measured.kwh_per_deviation,
        measured.kwh_per_unit,
        cast(
            round(measured.kwh_per_unit * {{ to_double('feature_words.step') }}, 1)
            as decimal(12, 1)
        ) as kwh_per_step,
        coalesce(feature_words.feature_words, measured.feature) as feature_words,
        feature_words.feature_words
        || ': ' || replace(cast(feature_words.step as string), '.0', '')
        || ' ' || feature_words.step_unit || ' more' as moved,
        cast(row_number() over (
            partition by measured.model_id
            order by measured.rae_lost desc, measured.feature asc
        ) as bigint) as importance_rank
    from measured
    left join feature_words on measured.feature = feature_words.feature

),

final as (

    select
        model_id,
        algorithm,
        source_system,
        scope,
        feature,
        importance_rank,
        rae_lost,
        kwh_per_deviation,
        kwh_per_unit,
        case
            when kwh_per_step is null then feature_words
            when kwh_per_step > 0 then moved || ' means ' || kwh_per_step || ' kWh more forecast'
            when kwh_per_step < 0 then moved || ' means ' || -kwh_per_step || ' kWh less forecast'
            else moved || ' changes the forecast by nothing'
        end as words
    from stepped

)

select * from final
