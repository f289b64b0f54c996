"""The model file: one explore a fact, joined to the tables that it is linked to."""

from __future__ import annotations

from ecocharge.bi.looker.lookml import Block, Sql, Text, quoted, rendered
from ecocharge.bi.model import Link, Model, Table
from ecocharge.bi.reading import label_of


def model_file(model: Model, connection: str) -> str:
    """`ecocharge.model.lkml`; `connection` is the name of Looker's connection to the Postgres."""
    head = [
        f"connection: {quoted(connection)}",
        'label: "EcoCharge"',
        'include: "views/*.view.lkml"',
        'include: "dashboards/*.dashboard.lookml"',
    ]
    explores = [rendered(_explore(model, fact)) for fact in model.facts()]
    return "\n\n".join(["\n".join(head), *explores])


def _explore(model: Model, fact: Table) -> Block:
    # Looker makes weeks, months and years of a date itself: the calendar is not joined.
    links = [link for link in model.links_of(fact.name) if link.to_table != model.days]
    return Block(
        "explore",
        fact.name,
        [
            ("label", Text(label_of(fact.name.partition("_")[2]))),
            ("description", Text(fact.description)),
        ],
        [_join(link) for link in links],
    )


def _join(link: Link) -> Block:
    ours, theirs = f"{link.table}.{link.column}", f"{link.to_table}.{link.to_column}"
    return Block(
        "join",
        link.to_table,
        [
            ("type", "left_outer"),
            ("relationship", "many_to_one"),
            ("sql_on", Sql(f"${{{ours}}} = ${{{theirs}}}")),
        ],
    )
