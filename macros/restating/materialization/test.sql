{#- A test of dbt's. In a build, one that passed and would see the same rows is not run again. -#}
{% materialization test, adapter='duckdb' %}
    {%- set made = {'inputs': none, 'stands': false} -%}
    {%- if invocation_args_dict.which == 'build' and not should_store_failures() -%}
        {%- set made = what_it_is_made_of(sql) -%}
    {%- endif -%}
    {%- if made.stands -%}
        {%- call statement('main', fetch_result=True, auto_begin=False) -%}
        select 0 as failures, false as should_warn, false as should_error
        {%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set relations = dbt.materialization_test_default() -%}
    {%- if made.inputs and load_result('main').table.rows[0]['failures'] == 0 -%}
        {%- do run_query(entered_as_made(made.inputs, "'passed'")) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return(relations) }}
{% endmaterialization %}
