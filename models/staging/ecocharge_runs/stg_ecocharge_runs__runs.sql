with stored as (

    {{ state_rows('runs', [
        ('run_id', 'string'),
        ('command', 'string'),
        ('arguments', 'string'),
        ('started_at_utc', 'timestamp'),
        ('ended_at_utc', 'timestamp'),
        ('outcome', 'string'),
        ('error', 'string'),
        ('files_landed', 'bigint'),
        ('files_refused', 'bigint'),
        ('rows_landed', 'bigint'),
        ('rows_in', 'bigint'),
        ('accepted', 'bigint'),
        ('quarantined', 'bigint'),
        ('duplicates', 'bigint'),
        ('models', 'bigint'),
        ('data_tests', 'bigint'),
        ('landing_seconds', 'decimal(18, 3)'),
        ('start_up_seconds', 'decimal(18, 3)'),
        ('building_seconds', 'decimal(18, 3)'),
        ('model_seconds', 'decimal(18, 3)'),
        ('test_seconds', 'decimal(18, 3)'),
        ('publishing_seconds', 'decimal(18, 3)'),
        ('dashboard_seconds', 'decimal(18, 3)'),
        ('generation_id', 'string'),
    ], 'ecocharge_runs') }}

),

final as (

    select * from stored

)

select * from final
