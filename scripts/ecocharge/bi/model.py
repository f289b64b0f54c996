"""What every kit is made from: tables, links, measures; no word of any tool."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ecocharge.bi.expressions import Expression


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Column:
    """A column of a mart; `is_dimension` where the semantic model groups by it."""

    name: str
    kind: Kind
    data_type: str
    description: str
    is_dimension: bool = False


@dataclass(frozen=True)
class Table:
    """A published mart.

    Attributes:
        key: the columns that are unique together.
        time: the column that its measures are counted by, None for a dimension.
        is_by_month: whether its Parquet is a folder with one file for each month.
    """

    name: str
    schema: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str | None = None
    is_by_month: bool = False


@dataclass(frozen=True)
class Link:
    """Many rows of `table` to one of `to_table`."""

    table: str
    column: str
    to_table: str
    to_column: str


@dataclass(frozen=True)
class Measure:
    """An aggregate of a table's rows: `sum`, `max` or `count_distinct` of an expression.

    Attributes:
        is_count: whether it is a whole number.
    """

    name: str
    label: str
    description: str
    table: str
    aggregate: str
    of: Expression
    is_count: bool

    @property
    def decimals(self) -> int:
        """Digits after the point, as shown."""
        return 0 if self.is_count else 1


@dataclass(frozen=True)
class Ratio:
    """A metric made of measures of one table.

    Attributes:
        formula: the names in it are those of measures.
        where: the rows that count, an expression over columns of the table; all where None.
        is_share: whether it is shown in percent.
    """

    name: str
    label: str
    description: str
    table: str
    formula: Expression
    where: Expression | None = None
    is_share: bool = False

    @property
    def decimals(self) -> int:
        """Digits after the point, as shown."""
        return 1 if self.is_share else 3


@dataclass(frozen=True)
class Model:
    """The whole: `days` is the calendar table, whose key every fact's local date is linked to."""

    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    measures: tuple[Measure, ...]
    ratios: tuple[Ratio, ...]
    days: str
    _by_name: dict[str, Measure | Ratio] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({metric.name: metric for metric in self.metrics()})

    def metrics(self) -> list[Measure | Ratio]:
        """The measures, then the ratios made of them."""
        return [*self.measures, *self.ratios]

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)

    def metric(self, name: str) -> Measure | Ratio:
        return self._by_name[name]

    def measure(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)

    def facts(self) -> list[Table]:
        """The tables with measures, in order."""
        return [table for table in self.tables if table.time]

    def metrics_of(self, table: str) -> list[Measure | Ratio]:
        """The measures of a table, then the ratios made of them."""
        return [each for each in self.metrics() if each.table == table]

    def links_of(self, table: str) -> list[Link]:
        return [link for link in self.links if link.table == table]

    def home_of(self, fact: str, column: str) -> str:
        """The table of a column: the fact, else one that it is linked to, the calendar last."""
        linked = [link.to_table for link in self.links_of(fact)]
        homes = sorted([fact, *linked], key=lambda home: (home == self.days, home != fact))
        return next(
            home for home in homes if any(each.name == column for each in self.table(home).columns)
        )
