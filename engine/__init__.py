"""The query compiler: GraphQL documents to one SQL statement. Knows GraphQL and SQL, knows nothing of customers."""

from engine.builders import choose, every, fixed, held, now, rank, viewers
from engine.expr import BOOL, INT, JSON, TEXT, TIME, AtOrAbove, Bound, Case, Const, Desc, Expr, Sum, Within
from engine.expr import Desc as desc
from engine.pages import page_size
from engine.results import Computed, Many, One, Page, Several, computed
from engine.rows import BY_TAG, Row, Rows, global_id, key_of

__all__ = ["BOOL", "BY_TAG", "INT", "JSON", "TEXT", "TIME", "AtOrAbove", "Bound", "Case", "Computed", "Const", "Desc", "Expr",
           "Many", "One", "Page", "Row", "Rows", "Several", "Sum", "Within", "choose", "computed", "desc", "every", "fixed",
           "global_id", "held", "key_of", "now", "page_size", "rank", "viewers"]
