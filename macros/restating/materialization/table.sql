{#- A table of dbt's, left alone where its query and all that it reads are as they were. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if model.language == 'sql' -%}
        {{ return(made_unless_it_stands(
            dbt.materialization_table_duckdb, compiled_code, existing, content_of(this)
        )) }}
    {%- endif -%}
    {%- set made = what_it_is_made_of(compiled_code) -%}
    {%- if made.stands and existing is not none -%}
        {{ return(left_standing(existing)) }}
    {%- endif -%}
    {#- dbt runs Python only for what calls it from a materialization itself. -#}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set fresh = make_intermediate_relation(target_relation) -%}
    {%- set before = make_backup_relation(target_relation, 'table') -%}
    {%- do drop_relation_if_exists(load_cached_relation(fresh)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(before)) -%}
    {%- call statement('main', language='python') -%}
        {{ create_table_as(False, fresh, compiled_code, 'python') }}
    {%- endcall -%}
    {%- if existing is not none -%}
        {%- do adapter.rename_relation(existing, before) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(fresh, target_relation) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- do run_query(entered_as_made(made.inputs, content_of(target_relation))) -%}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(before) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
