{#- A seed of dbt's, left alone likewise: its rows are in the fingerprint of the project. -#}
{% materialization seed, adapter='duckdb' %}
    {{ return(made_unless_it_stands(
        dbt.materialization_seed_default, none, load_cached_relation(this)
    )) }}
{% endmaterialization %}
