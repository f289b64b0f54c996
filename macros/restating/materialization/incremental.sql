{#- A table of which a build makes anew only what arrivals touch.

    The model says so itself, under `meta.restated`:
      key: the columns that what is touched is named by; a mapping where one is an expression.
      touched: a query of the keys to make anew, over the tables `changes.<model>`. Without it all
        is made anew, and what differs is remembered.
      narrows: for a model that is read, or for `landed_rows`, which of its rows those keys need.

    What a build changed is kept in `changes.<model>`, with the values before and after, until every
    model that asks for it has been built since: a build that was killed is gone on with. -#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- if config.get('meta', {}).get('restated') is none -%}
        {%- set relations = dbt.materialization_incremental_duckdb() -%}
        {%- if keeps_what_was_made() -%}
            {%- do run_query(entered_as_made(none, content_of(this))) -%}
        {%- endif -%}
        {{ return(relations) }}
    {%- endif -%}
    {%- set made = {'inputs': none, 'stands': false} -%}
    {%- if not config.get('meta').restated.touched -%}
        {%- set made = what_it_is_made_of(sql) -%}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if made.stands and existing is not none -%}
        {{ return(left_standing(existing)) }}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing is not none and existing.is_table and is_as_restated(this) %}
        {% do restate(target_relation, sql, made.inputs) %}
    {%- else %}
        {% do state_whole(existing, target_relation, sql, made.inputs) %}
    {%- endif %}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
