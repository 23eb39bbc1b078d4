// The answer, set in colours. Everything from outside becomes text, never markup.

const PARTS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function coloured(kind, text) {
  const part = document.createElement("span");
  part.className = kind;
  part.textContent = text;
  return part;
}

export function show(target, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const shown = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(PARTS)) {
    const [whole, string, colon, word] = match;
    shown.append(text.slice(done, match.index));
    if (string) shown.append(coloured(colon ? "key" : "text", string), colon || "");
    else shown.append(coloured(word ? "word" : "number", whole));
    done = match.index + whole.length;
  }
  shown.append(text.slice(done));
  target.replaceChildren(shown);
}
