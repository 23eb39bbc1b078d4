// What the query field does beside what every text field does. Tab is left alone: it leads on to the next field.

const INDENT = "  ";

// Typed through the browser, so that undo knows of it.
function type(field, text) {
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  }
}

function newLine(field) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const indent = /^[ ]*/.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
  const opened = /[{(\[]\s*$/.test(before);
  const closed = /^[ ]*[})\]]/.test(after);
  type(field, "\n" + indent + (opened ? INDENT : ""));
  if (opened && closed) {
    const place = field.selectionStart;
    type(field, "\n" + indent);
    field.setSelectionRange(place, place);
  }
}

function closing(field, brace) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const line = field.value.slice(start, field.selectionStart);
  if (line.length >= INDENT.length && line.trim() === "" && field.selectionStart === field.selectionEnd) {
    field.setSelectionRange(field.selectionStart - INDENT.length, field.selectionStart);
  }
  type(field, brace);
}

export function editing(field, run) {
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Japanese input is being converted
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      newLine(field);
    } else if ("})]".includes(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      closing(field, event.key);
    }
  });
}
