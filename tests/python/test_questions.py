"""Every query that the page of questions shows runs and finds something."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from project import ROOT, Project

PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"\*\*(.+?)\*\*.*?```sql\n(.+?)```", PAGE, flags=re.DOTALL)


def test_every_block_has_its_question() -> None:
    assert len(QUERIES) == PAGE.count("```sql")


@pytest.mark.parametrize(("question", "sql"), QUERIES, ids=[question for question, _ in QUERIES])
def test_a_query_of_the_page_answers(question: str, sql: str, demo_project: Project) -> None:
    with closing(demo_project.open()) as connection:
        found = connection.execute(sql)
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
    assert rows, question
    empty = [name for place, name in enumerate(names) if all(r[place] is None for r in rows)]
    assert empty == []
