"use strict";
// Everything of one pack stands in the JSON beside this script, which is the same for all packs.
const P = JSON.parse(document.getElementById("pack").textContent);
const at = (id) => document.getElementById(id);
let answers = new Map(); // by name of the control; no entry: no answer
const past = []; // what stood before each change, with where it was made
let typing = ""; // comment that is being typed: one undo takes back all of it
let saved = true;
let identifiers = 0;

function el(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
const named = (key, field) => key + "|" + field;
const counted = (number, word) => number + " " + word + (number === 1 ? "" : "s");

// ---- the form -------------------------------------------------------------------------------

function radios(question, name, words) {
  const set = el("fieldset", {}, el("legend", { textContent: question }));
  for (const word of words)
    set.append(el("label", {}, el("input", { type: "radio", name, value: word }), word));
  return set;
}
function meanings(texts) {
  const list = el("dl");
  texts.forEach((text, level) => list.append(el("dt", { textContent: P.scale[level] }), el("dd", { textContent: text })));
  return list;
}
function field(label, hint, control) {
  control.id = "f" + ++identifiers;
  const about = el("span", { className: "hint", id: control.id + "-hint", textContent: hint });
  control.setAttribute("aria-describedby", about.id);
  const box = el("p", { className: "field" }, el("label", { htmlFor: control.id, textContent: label }), about, control);
  // On paper a list cannot be opened: its words stand there to be ringed.
  if (control.tagName === "SELECT") box.append(el("span", { className: "paper", ariaHidden: "true", textContent: P.reasons.join("  ·  ") }));
  return box;
}
function caseForm(one) {
  const heading = el("h2", { id: one.id, textContent: one.name, tabIndex: -1 });
  const box = el("section", {}, heading, el("p", { className: "quiet", textContent: one.file + ". Code " + one.code + "." }));
  box.setAttribute("aria-labelledby", heading.id);
  P.parts.forEach((part, place) => {
    box.append(radios(part.domain + ", " + one.name, named(one.keys[place], "grade"), [...P.scale, P.not]));
    if (part.means !== null)
      box.append(el("details", {}, el("summary", { textContent: "What each grade means: " + part.domain }), meanings(P.descriptors[part.means].texts)));
  });
  const first = one.keys[0];
  box.append(field("Main reason, " + one.name, "What weighed most in the grade of “" + P.parts[0].domain + "”.",
    el("select", { name: named(first, "reason") }, el("option", { value: "", textContent: "No reason chosen yet" }), ...P.reasons.map((word) => el("option", { value: word, textContent: word })))));
  box.append(radios("How sure are you, " + one.name, named(first, "sure"), P.sure));
  box.append(field("Comment, " + one.name, P.hint, el("textarea", { name: named(first, "comment"), rows: 3, maxLength: P.longest })));
  return box;
}
P.cases.forEach((one, number) => {
  one.id = "case-" + (number + 1);
  at("cases").append(caseForm(one));
  one.line = el("span");
  at("overview").append(el("li", {}, el("a", { href: "#" + one.id, textContent: one.name }), " ", one.line));
});
if (at("all-descriptors"))
  for (const each of P.descriptors)
    at("all-descriptors").append(el("details", {}, el("summary", { textContent: each.parts }), meanings(each.texts)));

// ---- what was answered ------------------------------------------------------------------------

const gradeNames = P.cases.flatMap((one) => one.keys.map((key) => named(key, "grade")));
const controls = (name) => [...document.getElementsByName(name)];
const given = () => gradeNames.filter((name) => answers.has(name)).length;

function say(text = "") {
  const all = given() === gradeNames.length ? "All " + counted(gradeNames.length, "grade") + " given. " : given() + " of " + counted(gradeNames.length, "grade") + " given. ";
  at("state").textContent = all + (saved ? (answers.size ? "All saved. " : "") : "Not saved yet. ") + text;
  for (const one of P.cases) {
    const done = one.keys.filter((key) => answers.has(named(key, "grade"))).length;
    one.line.textContent = done === one.keys.length ? "all parts graded" : done + " of " + counted(one.keys.length, "part") + " graded";
  }
  for (const name of gradeNames) controls(name)[0].closest("fieldset").classList.toggle("given", answers.has(name));
}
function show(name) {
  const value = answers.get(name) ?? "";
  for (const control of controls(name))
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
}
function everyName() {
  return new Set([...document.querySelectorAll("#cases [name]")].map((control) => control.name));
}
function keep(what, name) {
  past.push({ before: new Map(answers), what, name });
  saved = false;
}
function put(name, value) {
  if (value === "") answers.delete(name);
  else answers.set(name, value);
}
function question(name) {
  const control = controls(name)[0];
  return control.closest("fieldset, p").querySelector("legend, label").textContent;
}
// A screen reader hears the question when focus comes to it; a text box would keep Control and Z.
function focusOn(name) {
  const all = controls(name);
  const control = all.find((each) => each.checked) || all[0];
  (control.tagName === "TEXTAREA" ? at("undo") : control).focus();
}

at("cases").addEventListener("input", (event) => {
  const name = event.target.name;
  if (event.target.tagName !== "TEXTAREA") return;
  if (typing !== name) keep(question(name), name);
  typing = name;
  put(name, event.target.value);
  say();
});
at("cases").addEventListener("change", (event) => {
  const { name, value, tagName } = event.target;
  if (tagName === "TEXTAREA") return void (typing = "");
  keep(question(name), name);
  put(name, value);
  say();
});
function clear(name) {
  if (!answers.has(name)) return;
  keep(question(name), name);
  answers.delete(name);
  show(name);
  say("Emptied: " + question(name) + ".");
}
function undo() {
  typing = "";
  const last = past.pop();
  if (!last) return say("Nothing to undo.");
  answers = last.before;
  saved = false;
  for (const name of everyName()) show(name);
  if (last.name) focusOn(last.name);
  say("Took back: " + last.what + ".");
}
function next() {
  const open = gradeNames.filter((name) => !answers.has(name)).map((name) => controls(name)[0]);
  if (!open.length) return say("No part is without a grade.");
  const here = document.activeElement ?? document.body;
  const after = open.find((control) => here.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING);
  (after ?? open[0]).focus();
}

// ---- files --------------------------------------------------------------------------------------

const fieldsOf = (place) => (place === 0 ? ["grade", "reason", "sure", "comment"] : ["grade"]);
function fileOf() {
  const rows = P.cases.flatMap((one) => one.keys.map((key, place) => {
    const row = { key, case: one.name, part: P.parts[place].domain };
    for (const each of fieldsOf(place)) row[each] = answers.get(named(key, each)) ?? null;
    return row;
  }));
  return { format: P.returns, version: P.version, round: P.round, pack: P.pack, moderator: P.moderator, rows };
}
function reminder() {
  const silent = P.cases.filter((one) => one.keys.some((key) => answers.get(named(key, "grade")) === P.not) && !(answers.get(named(one.keys[0], "comment")) ?? "").trim());
  return silent.length ? " Say in the comment why a part could not be graded: " + silent.map((one) => one.name).join(", ") + "." : "";
}
function save() {
  const name = "return_" + P.pack + "_" + given() + "_of_" + gradeNames.length + ".json";
  const address = URL.createObjectURL(new Blob([JSON.stringify(fileOf(), null, 1)], { type: "application/json" }));
  const link = el("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  saved = true;
  typing = "";
  say("Look for " + name + " among your downloads." + reminder());
}
const allowed = { grade: [...P.scale, P.not], reason: P.reasons, sure: P.sure };
// The answers of a file, or a sentence that says why it is refused.
function read(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return "That file could not be read. Choose the file that this page saved.";
  }
  if (file?.format !== P.returns || !Array.isArray(file.rows)) return "That is no file that this page saved.";
  if (file.pack !== P.pack) return "That file belongs to another pack, " + String(file.pack).slice(0, 20) + ".";
  if (file.version !== P.version) return "That file was saved by another version of this pack.";
  const known = new Map(P.cases.flatMap((one) => one.keys.map((key, place) => [key, place])));
  const found = new Map();
  for (const row of file.rows) {
    if (!known.has(row?.key)) return "That file has a row that is not of this pack.";
    for (const each of fieldsOf(known.get(row.key))) {
      const value = row[each] ?? "";
      if (typeof value !== "string" || (value && allowed[each] && !allowed[each].includes(value))) return "That file has an answer that this page does not offer: " + each + " in " + row.case + ".";
      if (found.has(named(row.key, each))) return "That file has a row twice.";
      if (value) found.set(named(row.key, each), value.slice(0, P.longest));
    }
  }
  return found;
}
const refused = (why) => say(why + " Nothing was changed.");
async function open(event) {
  const [chosen] = event.target.files;
  if (!chosen) return;
  const found = read(await chosen.text());
  event.target.value = ""; // else the same file could not be chosen again
  if (typeof found === "string") return refused(found);
  if (!saved && !confirm("Your work is not saved. Put the file’s answers in its place? Undo brings your work back."))
    return refused("The file was not opened.");
  keep("opening the file", "");
  typing = "";
  answers = found;
  for (const name of everyName()) show(name);
  saved = true;
  say("Brought back from the file.");
}

// ---- keys and buttons -----------------------------------------------------------------------------

at("save").addEventListener("click", save);
at("next").addEventListener("click", next);
at("undo").addEventListener("click", undo);
at("open").addEventListener("change", open);
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const withControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const isText = event.target.tagName === "TEXTAREA";
  let act = null;
  if (withControl && key === "s") act = save;
  else if (withControl && key === "enter") act = next;
  else if (withControl && key === "z" && !isText) act = undo;
  else if ((key === "delete" || key === "backspace") && event.target.type === "radio") act = () => clear(event.target.name);
  if (!act) return;
  event.preventDefault();
  act();
});
// By keyboard a whole question comes into sight; under a mouse nothing may move.
document.addEventListener("focusin", (event) => {
  if (event.target.type === "radio" && event.target.matches(":focus-visible"))
    event.target.closest("fieldset").scrollIntoView({ block: "nearest" });
});
window.addEventListener("beforeunload", (event) => {
  if (!saved) event.preventDefault();
});
window.addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("#all-descriptors details")) each.open = true;
});
say();
