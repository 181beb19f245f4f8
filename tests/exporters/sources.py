"""Sources to write: with everything, with nothing, and with what formats mistake for their own."""

from lessons.exporters.selection import Source

EMPTY = Source(
    key="bare", type="policy_report", title="Bare", subtitle="", authors=(), commissioned_by="",
    publisher="", date="", symbol="", isbn="", doi="", url="", language="en", rights="", note="",
    pages=None, address="https://x.example/reports/bare/", reference="Bare.",
)  # fmt: skip
FULL = Source(
    key="un-1999-1257", type="inquiry", title="Actions of the UN in Rwanda", subtitle="Inquiry",
    authors=("Carlsson, Ingvar", "Han, Sung-Joo", "United Nations Secretariat"),
    commissioned_by="Secretary-General", publisher="United Nations", date="1999-12-16",
    symbol="S/1999/1257", isbn="92-1-000000-1", doi="10.1000/xyz_1", language="en",
    url="https://docs.example/S/1999/1257?a=1&b=2", rights="", note="Annex.", pages=82,
    address="https://x.example/reports/un-1999-1257/", reference="Carlsson …",
)  # fmt: skip
HOSTILE = Source(
    key="hostile", type="study",
    title='100 % of \\input{x} $x_1$ & {#1} "quotes" @comment{a}\r\nER  - \nTY  - BOOK  ~^',
    subtitle="été — 漢字 مرحبا", authors=("O'Hara, Bob {x}", "Peace and Security Council",
    "AND, And"), commissioned_by="Line\nbreak", publisher="P, Q & R\x0b\x00", date="1994-04",
    symbol="%_#", isbn="", doi="10.1/{a}b", url="https://x.example/a_b%20c?q={z}", language="fr",
    rights="", note="a\n\nb", pages=None,
    address="https://x.example/reports/hostile/", reference="Hostile.",
)  # fmt: skip
SOURCES = (EMPTY, FULL, HOSTILE)
