// A form of questions in an output of JupyterLab. The notebook's kernel says what is asked and what
// is chosen; this file draws it and tells the kernel what a person does. All of it goes by messages:
// nothing that somebody answers is part of the widget's state, which notebooks can keep.
//
// JupyterLab listens to keys of the whole page: an arrow would leave the form for another cell, and
// "d d" would delete the cell with the form in it. So no key leaves the form but combinations with
// Ctrl or Command, and of these not Enter (runs the cell) and Z (undoes an edit of the notebook).

const LATE = 4000; // milliseconds after which an answer that the kernel has not confirmed is told

const make = (tag, words = "", attributes = {}) => {
  const node = document.createElement(tag);
  if (words) node.textContent = words;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

const stopsHere = (event) =>
  !(event.ctrlKey || event.metaKey) || event.key === "Enter" || event.key.toLowerCase() === "z";

const radios = (question, id, tell) => {
  const box = make("fieldset", "", { class: question.hints.length ? "qaf-tall" : "qaf-wide" });
  box.append(make("legend", question.label));
  const inputs = question.words.map((word, place) => {
    const input = make("input", "", { type: "radio", name: id, value: word, id: `${id}-${place}` });
    const label = make("label");
    const hint = question.hints[place];
    label.append(input, make("span", word));
    box.append(label);
    if (hint) {
      box.append(make("p", hint, { class: "qaf-hint", id: `${id}-${place}-hint` }));
      input.setAttribute("aria-describedby", `${id}-${place}-hint`);
    }
    input.addEventListener("change", () => tell(word));
    return input;
  });
  return {
    node: box,
    show: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
    focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus(),
  };
};

const select = (question, id, tell) => {
  const box = make("p", "", { class: "qaf-line" });
  const field = make("select", "", { id });
  for (const word of question.words) field.append(make("option", word, { value: word }));
  if (!question.words.includes("")) field.prepend(make("option", "not chosen", { value: "" }));
  field.addEventListener("change", () => tell(field.value));
  box.append(make("label", question.label, { for: id }), field);
  return { node: box, show: (value) => (field.value = value), focus: () => field.focus() };
};

const text = (question, id, tell) => {
  const box = make("p", "", { class: "qaf-line" });
  const field = make("textarea", "", { id, rows: 3, maxlength: question.longest });
  field.addEventListener("input", () => tell(field.value));
  box.append(make("label", question.label, { for: id }), field);
  // What is being typed is newer than what the kernel knows of it.
  const show = (value, taken) => {
    if (taken || document.activeElement !== field) field.value = value;
  };
  // No focus: a text with focus would take Ctrl and Z for itself.
  return { node: box, show, focus: null };
};

const KINDS = { radios, select, text };

const table = ({ caption, columns, rows, numbers }) => {
  const node = make("table");
  node.append(make("caption", caption));
  const cell = (tag, words, place, scope) => {
    const made = make(tag, words, scope ? { scope } : {});
    if (numbers[place]) made.className = "right";
    return made;
  };
  const line = (cells) => {
    const row = make("tr");
    row.append(...cells);
    return row;
  };
  const top = make("thead");
  const body = make("tbody");
  top.append(line(columns.map((words, place) => cell("th", words, place, "col"))));
  for (const words of rows) {
    const made = words.map((text, place) =>
      place ? cell("td", text, place) : cell("th", text, place, "row"),
    );
    body.append(line(made));
  }
  node.append(top, body);
  return node;
};

// An image and not a drawing in the page: nothing of it can act, and its words are one text.
const picture = ({ title, alt, source }) => {
  const node = make("figure");
  node.append(make("figcaption", title), make("img", "", { src: source, alt }));
  return node;
};

function render({ model, el }) {
  const view = `q${Math.random().toString(36).slice(2)}`;
  const form = make("div", "", { class: "qaf-form", role: "group" });
  const waiting = "The form is waiting for the notebook. If nothing comes, run this cell again.";
  const status = make("p", waiting, { class: "qaf-status", role: "status" });
  const body = make("div");
  const below = make("div");
  form.append(body, status, below);
  el.append(form);

  let drawn = null;
  let sent = 0;
  let seen = 0;
  let late = 0;
  let fields = {};
  let buttons = {};
  let progress = null;
  let shown = "[]";

  const tell = (what) => {
    sent += 1;
    model.send({ ...what, view, number: sent });
    clearTimeout(late);
    late = setTimeout(() => {
      if (seen === sent) return;
      status.textContent = "Not kept yet: the notebook is busy, or has stopped. Wait, or run it again.";
      status.classList.add("qaf-alarm");
    }, LATE);
  };

  const button = ({ id, label, leads }) => {
    const node = make("button", label, { type: "button", class: leads ? "qaf-leads" : "" });
    node.addEventListener("click", () => tell({ kind: "pressed", button: id }));
    buttons[id] = node;
    return node;
  };

  const row = (listed) => {
    const node = make("p", "", { class: "qaf-buttons" });
    node.append(...listed.map(button));
    return node;
  };

  const question = (asked, place) => {
    const answer = (value) => tell({ kind: "chose", question: asked.id, value });
    const made = KINDS[asked.kind](asked, `${view}-${place}`, answer);
    fields[asked.id] = made;
    return made.node;
  };

  const section = (one, number) => {
    const id = `${view}-h${number}`;
    const node = one.heading ? make("section", "", { "aria-labelledby": id }) : make("div");
    if (one.heading) node.append(make("h3", one.heading, { id, tabindex: "-1" }));
    for (const line of one.lines) node.append(make("p", line));
    if (one.picture) node.append(picture(one.picture));
    if (one.table) node.append(table(one.table));
    node.append(...one.questions.map((asked, place) => question(asked, `${number}-${place}`)));
    if (one.buttons.length) node.append(row(one.buttons));
    return node;
  };

  const draw = (page) => {
    // Whoever was in the form stays in it: with focus lost, the next keys would be JupyterLab's.
    const wasInside = form.contains(document.activeElement);
    fields = {};
    buttons = {};
    drawn = page.id;
    form.setAttribute("aria-label", page.title);
    progress = make("p", page.progress, { class: "qaf-progress" });
    body.replaceChildren(progress, ...page.sections.map(section));
    if (page.buttons.length) body.append(row(page.buttons));
    if (wasInside) (body.querySelector(`#${view}-h${page.at}`) ?? body.querySelector("h3")).focus();
  };

  const show = (page) => {
    const mine = page.echo.view === view;
    const told = JSON.stringify(page.shown);
    if (told !== shown) {
      shown = told;
      below.replaceChildren(...page.shown.map((one, number) => section(one, `s${number}`)));
    }
    if (mine) seen = page.echo.number;
    if (page.id !== drawn) draw(page);
    progress.textContent = page.progress;
    // An older answer of the kernel does not undo what was chosen since.
    if (seen === sent) {
      for (const asked of page.sections.flatMap((one) => one.questions)) {
        fields[asked.id].show(asked.value, asked.id === page.taken);
      }
      status.textContent = page.status;
      status.classList.toggle("qaf-alarm", page.alarm);
    }
    if (mine && page.taken && fields[page.taken]) {
      (fields[page.taken].focus ?? (() => buttons.undo?.focus()))();
    }
  };

  form.addEventListener("keydown", (event) => {
    if (stopsHere(event)) event.stopPropagation();
    const isText = event.target.tagName === "TEXTAREA";
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isText) {
      event.preventDefault();
      if (buttons.undo) tell({ kind: "pressed", button: "undo" });
    }
  });
  const hear = (page) => show(page);
  model.on("msg:custom", hear);
  model.send({ kind: "ready", view, number: 0 });
  return () => {
    clearTimeout(late);
    model.off("msg:custom", hear);
  };
}

export default { render };
