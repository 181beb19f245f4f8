// What is selected in the text of a report: which passage, which words, and where they begin there,
// counted in code points as the server counts (JavaScript counts UTF-16 units).

const codePoints = (text) => [...text].length;

function textOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest("#text .passage .text") ?? null;
}

// The first passage that `range` reaches into: a selection may begin in a number or a heading.
function firstText(range) {
  const begun = textOf(range.startContainer);
  if (begun) return begun;
  return [...document.querySelectorAll("#text .text")].find((text) => range.intersectsNode(text));
}

// Returns null, or the quotation: {ordinal, words, start, range, spilled}. `spilled` says that the
// selection goes on into another passage; the part in the first one is what is quoted.
export function quotation() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const text = firstText(range);
  if (!text) return null;
  const whole = document.createRange();
  whole.selectNodeContents(text);
  const spilled = range.compareBoundaryPoints(Range.END_TO_END, whole) > 0 && spills(range, text);
  if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) {
    range.setStart(whole.startContainer, whole.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) {
    range.setEnd(whole.endContainer, whole.endOffset);
  }
  const words = range.toString();
  if (!words.trim()) return null;
  const before = document.createRange();
  before.setStart(whole.startContainer, whole.startOffset);
  before.setEnd(range.startContainer, range.startOffset);
  const blank = words.length - words.trimStart().length;
  return {
    ordinal: Number(text.closest(".passage").dataset.ordinal),
    words: words.trim(),
    start: codePoints(before.toString()) + codePoints(words.slice(0, blank)),
    range,
    spilled,
  };
}

// Dragging a little past a paragraph touches the next one without taking a word of it.
function spills(range, text) {
  const texts = [...document.querySelectorAll("#text .text")];
  return texts.slice(texts.indexOf(text) + 1).some((other) => {
    if (!range.intersectsNode(other)) return false;
    const part = range.cloneRange();
    part.setStart(other, 0);
    return part.toString().trim() !== "";
  });
}

// The node and offset in it that stand `offset` UTF-16 units into `element`.
function point(element, offset) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  let node = walker.nextNode();
  while (node && left > node.length) {
    left -= node.length;
    node = walker.nextNode() ?? null;
  }
  return node ? [node, left] : [element, element.childNodes.length];
}

function select(text, start, end) {
  getSelection().setBaseAndExtent(...point(text, start), ...point(text, end));
}

// UTF-16 units from the beginning of `text` to where the selection begins and ends; null if outside.
function ends(text) {
  const found = quotation();
  if (!found || textOf(found.range.startContainer) !== text) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(found.range.startContainer, found.range.startOffset);
  const start = before.toString().length;
  return [start, start + found.range.toString().length];
}

function pieces(text, granularity) {
  const cut = new Intl.Segmenter(text.lang || undefined, { granularity });
  return [...cut.segment(text.textContent)]
    .filter((one) => (granularity === "word" ? one.isWordLike : one.segment.trim()))
    .map((one) => [one.index, one.index + one.segment.trimEnd().length]);
}

// Selects the sentence of `passage` after the one selected, or adds it to the selection.
export function nextSentence(passage, adding) {
  const text = passage.querySelector(".text");
  const sentences = pieces(text, "sentence");
  const here = ends(text);
  const next = sentences.find(([start]) => !here || start >= here[1]) ?? sentences[0];
  select(text, adding && here && next[0] >= here[1] ? here[0] : next[0], next[1]);
}

// Makes the selection in `passage` one word longer or shorter, beginning with its first word.
export function oneWord(passage, longer) {
  const text = passage.querySelector(".text");
  const words = pieces(text, "word");
  const here = ends(text) ?? [words[0]?.[0] ?? 0, 0];
  const next = longer
    ? words.find(([, end]) => end > here[1])
    : words.findLast(([start, end]) => end < here[1] && start >= here[0]);
  if (next) select(text, here[0], next[1]);
  else if (!longer) getSelection().removeAllRanges();
}
