// The schema browser, drawn from introspection.

const KINDS = {
  OBJECT: ["型", "type"],
  INPUT_OBJECT: ["入力", "input"],
  ENUM: ["列挙", "enum"],
  SCALAR: ["値", "scalar"],
};

function made(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

function bilingual(ja, en) {
  return [made("span", { lang: "ja" }, ja), made("span", { lang: "en" }, en)];
}

function reference(type) {
  if (type.kind === "NON_NULL") return [...reference(type.ofType), "!"];
  if (type.kind === "LIST") return ["[", ...reference(type.ofType), "]"];
  return [made("a", { href: `#${type.name}` }, type.name)];
}

// A default of null says no more than that the argument may be left out.
function usual(each) {
  return each.defaultValue && each.defaultValue !== "null" ? [` = ${each.defaultValue}`] : [];
}

// Descriptions mark code with backticks.
function told(description) {
  return (description || "").split("`").map((text, index) => (index % 2 ? made("code", {}, text) : text));
}

function argument(each) {
  const code = made("code", {}, `${each.name}: `, ...reference(each.type), ...usual(each));
  return made("li", {}, code, ...(each.description ? [" – ", ...told(each.description)] : []));
}

function member(each) {
  const term = made("dt", {}, each.name);
  if (each.type) term.append(": ", ...reference(each.type));
  term.append(...usual(each));
  const meaning = made("dd", {}, ...told(each.description));
  if (each.args?.length) meaning.append(made("ul", { class: "arguments" }, ...each.args.map(argument)));
  return [term, meaning];
}

function draw(place, type) {
  const [ja, en] = KINDS[type.kind];
  const heading = made("h3", { tabindex: "-1" }, type.name, made("span", { class: "kind" }, ...bilingual(ja, en)));
  const members = type.fields || type.inputFields || type.enumValues || [];
  place.replaceChildren(heading, made("p", {}, ...told(type.description)));
  if (members.length) place.append(made("dl", {}, ...members.flatMap(member)));
}

function names(type) {
  const members = [...(type.fields || []), ...(type.inputFields || []), ...(type.enumValues || [])];
  return [type.name, ...members.map((each) => each.name)].join(" ").toLowerCase();
}

export async function schemaBrowser({ index, place, find, ask }) {
  const { data } = await ask();
  const root = data.__schema.queryType.name;
  const order = ["OBJECT", "INPUT_OBJECT", "ENUM", "SCALAR"];
  const types = data.__schema.types
    .filter((type) => !type.name.startsWith("__"))
    .sort((a, b) => (b.name === root) - (a.name === root) || order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name));
  const entries = types.map((type) => made("li", { "data-names": names(type) }, made("a", { href: `#${type.name}` }, type.name)));
  index.replaceChildren(made("ul", {}, ...entries));

  const choose = (jumped) => {
    const wanted = types.find((type) => `#${type.name}` === location.hash) || types[0];
    for (const entry of entries) {
      const link = entry.firstChild;
      if (link.textContent === wanted.name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    draw(place, wanted);
    if (jumped) place.firstChild.focus();
  };
  addEventListener("hashchange", () => choose(true));
  find.addEventListener("input", () => {
    const words = find.value.trim().toLowerCase();
    for (const entry of entries) entry.hidden = !entry.dataset.names.includes(words);
  });
  choose(false);
}
