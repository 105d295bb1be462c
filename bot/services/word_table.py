"""A Word document that is one ruled table, as official Chinese forms are; text goes in as data."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

COLUMNS = 48
"""Columns of the grid that the cells of every row share."""
WIDTH_MM = 174.0
PRINTED, WRITTEN, BOX = "宋体", "仿宋", "Segoe UI Symbol"
"""Fonts of the form's own words, of what the enterprise wrote, and of ☑ and □."""
BODY_PT = 10.5  # 五号
CHARACTER_MM = BODY_PT * 25.4 / 72
PADDING_MM = 1.4
BOX_MM = 1.8 * CHARACTER_MM  # the box, and what keeps an option off the next
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LEFT, CENTER, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def clean(text: str) -> str:
    """`text` without the characters that no XML can hold."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class WordTable:
    """An A4 page with a title, a line below it, and a table that grows row by row."""

    def __init__(self, title: str) -> None:
        self._document = Document()
        self._set_page()
        heading = self._document.add_paragraph()
        heading.alignment = CENTER
        heading.paragraph_format.space_after = Pt(6)
        write(heading, title, font=PRINTED, size=20, bold=True)
        self._document.core_properties.title = title
        self._document.core_properties.author = ""
        self._document.core_properties.comments = ""

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm((210 - WIDTH_MM) / 2)
        section.top_margin, section.bottom_margin = Mm(18), Mm(15)
        style = self._document.styles["Normal"]
        style.font.size = Pt(BODY_PT)
        properties = style.element.get_or_add_rPr()
        _set_font(properties, PRINTED)
        language = OxmlElement("w:lang")
        language.set(qn("w:eastAsia"), "zh-CN")
        properties.append(language)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.line_spacing = 1.15

    def line(self, left: str, right: str) -> None:
        """A line above the table: `left` at its start, `right` in its second half."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM * 0.62))
        write(paragraph, f"{left}\t{right}", size=12)

    def row(
        self, *spans: int, height_mm: float = 7.2, keep: bool = False, split: bool = False
    ) -> list[_Cell]:
        """A new row of cells, `spans` grid columns wide each.

        `keep`: stays on the page of the row after it; `split`: may run over a page's end.
        """
        if not self._document.tables:
            self._make_table()
        table = self._document.tables[0]
        element = table._tbl.add_tr()
        row = _Row(element, table)
        row.height, row.height_rule = Mm(height_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
        if not split:
            element.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        cells = []
        for span in spans:
            tc = element.add_tc()
            tc.width = Mm(WIDTH_MM * span / COLUMNS)
            tc.grid_span = span
            cell = _Cell(tc, table)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell.paragraphs[0].paragraph_format.keep_with_next = keep
            cells.append(cell)
        return cells

    def _make_table(self) -> None:
        table = self._document.add_table(rows=0, cols=COLUMNS)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column in table.columns:
            column.width = Mm(WIDTH_MM / COLUMNS)
        margins = OxmlElement("w:tblCellMar")
        for side, millimetres in (
            ("top", 0.6),
            ("left", PADDING_MM),
            ("bottom", 0.6),
            ("right", PADDING_MM),
        ):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(round(millimetres / 25.4 * 1440)))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)  # the schema's order

    def save(self) -> bytes:
        """The file."""
        if self._document.tables:
            # Word wants a paragraph after a table; a small one keeps the page count.
            last = self._document.add_paragraph()
            last.paragraph_format.line_spacing = Pt(1)
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()


def write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = PRINTED,
    size: float = BODY_PT,
    bold: bool = False,
) -> Run:
    """Add `text` to a paragraph; line breaks in it stay line breaks."""
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.bold = Pt(size), bold
    _set_font(run._r.get_or_add_rPr(), font)
    return run


def fill(
    cell: _Cell, text: str, *, center: bool = False, font: str = PRINTED, bold: bool = False
) -> None:
    """Write `text` into an empty cell."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = CENTER if center else LEFT
    write(paragraph, text, font=font, bold=bold)


def fill_boxes(cell: _Cell, options: Sequence[tuple[bool, str]]) -> None:
    """Write options with their boxes (☑ chosen, □ not) into an empty cell, in aligned columns."""
    for number, (line, unit) in enumerate(_arrange(options)):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        for start, chosen, text in line:
            if start:
                paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(unit * start))
            write(paragraph, ("\t" if start else "") + ("☑" if chosen else "□"), font=BOX)
            write(paragraph, text)


def _arrange(
    options: Sequence[tuple[bool, str]],
) -> list[tuple[list[tuple[int, bool, str]], float]]:
    """Lines of (column, chosen, text), with the width of a column in millimetres.

    As many columns as need the fewest lines; where equal, those that fewest options overrun.
    """
    best: tuple[tuple[int, int], list[list[tuple[int, bool, str]]], float] | None = None
    for columns in (5, 4, 3, 2):
        unit = (WIDTH_MM - 2 * PADDING_MM) / columns
        lines: list[list[tuple[int, bool, str]]] = [[]]
        used = overruns = 0
        for chosen, text in options:
            needed = min(columns, 1 + int((text_width(text) + BOX_MM) / unit))
            overruns += needed > 1
            if used + needed > columns:
                lines.append([])
                used = 0
            lines[-1].append((used, chosen, text))
            used += needed
        if best is None or (len(lines), overruns) < best[0]:
            best = ((len(lines), overruns), lines, unit)
    assert best is not None
    return [(line, best[2]) for line in best[1]]


def sign(cell: _Cell, who: str, when: str) -> None:
    """The line for signature and date below what stands in the cell."""
    for text, alignment in ((who, LEFT), (when, RIGHT)):
        paragraph = cell.add_paragraph()
        paragraph.alignment = alignment
        paragraph.paragraph_format.space_before = Pt(6)
        if alignment == LEFT:
            paragraph.paragraph_format.left_indent = Mm(WIDTH_MM * 0.55)
        write(paragraph, text)


def text_width(text: str) -> float:
    """About how many millimetres `text` takes."""
    return sum(CHARACTER_MM * (1.0 if ord(c) > 0x2E7F else 0.55) for c in text)


def _set_font(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    latin = font if font == BOX else "Times New Roman"
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)
    if font == BOX:
        fonts.set(qn("w:hint"), "eastAsia")
