with stored as (

    {{ state_rows('runs', [
        ('run_id', 'varchar'),
        ('command', 'varchar'),
        ('arguments', 'varchar'),
        ('started_at_utc', 'timestamp'),
        ('ended_at_utc', 'timestamp'),
        ('outcome', 'varchar'),
        ('error', 'varchar'),
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
        ('generation_id', 'varchar'),
    ], 'ecocharge_runs') }}

),

final as (

    select * from stored

)

select * from final
