"""Invoices as documents to print or to file: PDF. To load what draws them takes half a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from letters.paper import Paper

#: DejaVu Sans has the letters of most alphabets, of Chinese, Japanese and Korean none: those come out as empty boxes.
FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
GREY = 110
COLUMNS = (54, 12, 17, 17)


def invoice_pdf(paper: Paper) -> bytes:
    """The document, the same bytes for the same invoice."""
    pdf = Sheet(paper.title, paper.issuer)
    pdf.set_creation_date(paper.issued_at)
    pdf.set_title(f"{paper.title}, {paper.issuer}")
    pdf.add_page()
    pdf.write_lines(paper.billed, 11)
    pdf.ln(6)
    for label, value in paper.facts:
        pdf.write_fact(label, value)
    pdf.ln(6)
    with pdf.table(col_widths=COLUMNS, text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"), line_height=6, padding=1,
                   borders_layout=TableBordersLayout.HORIZONTAL_LINES, headings_style=FontFace(color=GREY)) as table:
        table.row(("Description", "Quantity", "Price", "Amount"))
        for line in paper.lines:
            table.row((line.description, line.quantity, line.price, line.amount))
    pdf.ln(4)
    for n, (label, amount) in enumerate(paper.sums, 1):
        pdf.write_sum(label, amount, large=n == len(paper.sums))
    pdf.ln(8)
    pdf.write_lines(paper.notes, 10)
    return bytes(pdf.output())


class Sheet(FPDF):
    """Pages with the issuer on top and their number below."""

    def __init__(self, title: str, issuer: str):
        super().__init__(format="A4")
        self.heading, self.issuer = title, issuer
        self.add_font("DejaVu", fname=FONT)
        self.set_font("DejaVu", size=10)
        self.set_auto_page_break(True, margin=20)

    def header(self) -> None:
        self.set_font("DejaVu", size=10)
        self.set_text_color(GREY)
        self.multi_cell(0, 6, self.issuer, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)
        self.set_font("DejaVu", size=16)
        self.multi_cell(0, 10, self.heading, new_x="LMARGIN", new_y="NEXT")
        self.set_font("DejaVu", size=10)
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("DejaVu", size=8)
        self.cell(0, 6, f"{self.heading} · page {self.page_no()}", align="C")

    def write_lines(self, lines: Sequence[str], size: int) -> None:
        self.set_font("DejaVu", size=size)
        for line in lines:
            self.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
        self.set_font("DejaVu", size=10)

    def write_fact(self, label: str, value: str) -> None:
        self.set_text_color(GREY)
        self.cell(40, 6, label)
        self.set_text_color(0)
        self.cell(0, 6, value, new_x="LMARGIN", new_y="NEXT")

    def write_sum(self, label: str, amount: str, *, large: bool) -> None:
        self.set_font("DejaVu", size=12 if large else 10)
        self.cell(self.epw * 0.7, 7, label, align="R")
        self.cell(0, 7, amount, align="R", new_x="LMARGIN", new_y="NEXT")
