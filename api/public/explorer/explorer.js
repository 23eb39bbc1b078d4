// The page: examples, the question, its answer, the schema.

import { editing } from "./editing.js";
import { show } from "./result.js";
import { samples } from "./samples.js";
import { schemaBrowser } from "./schema.js";

const part = (id) => document.getElementById(id);
const [form, query, variables, status, result, run] = ["request", "query", "variables", "status", "result", "run"].map(part);

function bilingual(element, ja, en) {
  const texts = [["ja", ja], ["en", en]].map(([language, text]) => {
    const span = document.createElement("span");
    span.lang = language;
    span.textContent = text;
    return span;
  });
  element.replaceChildren(...texts);
}

async function send(body) {
  return fetch("/graphql", {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json",
      "Accept-Language": document.documentElement.lang,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
}

function readVariables() {
  const problem = part("variables-problem");
  problem.replaceChildren();
  variables.removeAttribute("aria-invalid");
  if (!variables.value.trim()) return null;
  try {
    return JSON.parse(variables.value);
  } catch (error) {
    bilingual(problem, `JSON として読めません: ${error.message}`, `This is not JSON: ${error.message}`);
    variables.setAttribute("aria-invalid", "true");
    variables.focus();
    throw error;
  }
}

function told(good, ja, en) {
  status.className = `status ${good ? "good" : "bad"}`;
  bilingual(status, ja, en);
}

async function ask() {
  if (run.getAttribute("aria-disabled") === "true") return;
  let given;
  try {
    given = readVariables();
  } catch {
    return;
  }
  run.setAttribute("aria-disabled", "true");
  const began = performance.now();
  try {
    const response = await send({ query: query.value, variables: given });
    const text = await response.text();
    const spent = `${Math.round(performance.now() - began)} ms`;
    const answer = JSON.parse(text);
    const problems = answer.errors?.length || 0;
    const size = `${(new Blob([text]).size / 1000).toFixed(1)} kB`;
    if (problems) told(false, `エラー ${problems} 件（HTTP ${response.status}、${spent}）`, `${problems} error(s) (HTTP ${response.status}, ${spent})`);
    else told(true, `成功（HTTP ${response.status}、${spent}、${size}）`, `Done (HTTP ${response.status}, ${spent}, ${size})`);
    show(result, answer);
  } catch {
    told(false, "サーバーが応答しません。数秒後にもう一度お試しください。", "The server does not answer. Try again in a few seconds.");
    result.replaceChildren();
  } finally {
    run.removeAttribute("aria-disabled");
  }
}

function keepInAddress() {
  const address = new URL(location.href);
  address.searchParams.set("query", query.value);
  if (variables.value.trim()) address.searchParams.set("variables", variables.value);
  else address.searchParams.delete("variables");
  if (address.href.length < 4000) history.replaceState(null, "", address);
}

function fill(sample, chosen) {
  query.value = sample.query;
  variables.value = sample.variables;
  for (const button of part("samples").querySelectorAll("button")) button.setAttribute("aria-pressed", button === chosen);
}

for (const sample of samples) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  bilingual(button, sample.ja, sample.en);
  button.addEventListener("click", () => {
    fill(sample, button);
    asked();
  });
  const entry = document.createElement("li");
  entry.append(button);
  part("samples").append(entry);
}

function speak(language) {
  document.documentElement.lang = language;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", button.dataset.language === language);
  }
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language));
}
speak(document.documentElement.lang);

part("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(result.textContent);
    told(true, "コピーしました。", "Copied.");
  } catch {
    getSelection().selectAllChildren(result);
    told(true, "選択しました。コピーしてください。", "Selected. Copy it now.");
  }
});

function asked() {
  keepInAddress();
  ask();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  asked();
});
editing(query, asked);
editing(variables, asked);

const given = new URLSearchParams(location.search);
if (given.has("query")) {
  query.value = given.get("query");
  variables.value = given.get("variables") || "";
} else {
  fill(samples[0], part("samples").querySelector("button"));
}
ask();

schemaBrowser({
  index: part("types"),
  place: part("type"),
  find: part("find"),
  ask: async () => (await send({ documentId: document.querySelector("meta[name=schema-document]").content })).json(),
}).catch(() => bilingual(part("type"), "スキーマを読み込めませんでした。再読み込みしてください。", "The schema could not be loaded. Reload the page."));
