"""PDF files to test with, typeset when they are asked for."""

import typst


def pdf(*pages: str, title: str = "") -> bytes:
    """Return a PDF with one page for each text (Typst's markup)."""
    head = f'#set document(title: "{title}")\n#set page(paper: "a5", numbering: "1")\n'
    return typst.compile((head + "\n#pagebreak()\n".join(pages)).encode())
