{#- A view of dbt's, left alone likewise. What comes out of it is what it is made of. -#}
{% materialization view, adapter='duckdb' %}
    {{ return(made_unless_it_stands(
        dbt.materialization_view_default, compiled_code, load_cached_relation(this)
    )) }}
{% endmaterialization %}
