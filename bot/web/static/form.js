// The demand form on the phone: keeps each field when it was changed, shows what others changed.
"use strict";

const form = document.querySelector("[data-autosave]");
const IDLE = 3000; // ms without a key after which what was typed is kept
const RETRY = 4000; // ms until a save is tried again that did not get through
const KEPT_ALIVE = 60000; // bytes that a browser still sends when its page is left
const states = new WeakMap(); // field element → {edits, sending, again, timer}

function fieldOf(node) {
  return node instanceof Element ? node.closest("[data-field]") : null;
}

function stateOf(field) {
  if (!states.has(field)) states.set(field, { edits: 0, sending: false, again: false, timer: 0 });
  return states.get(field);
}

function fitHeight(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = area.scrollHeight + "px";
}

// What the page knows of every field: the server compares it with what is stored.
function common() {
  const body = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-common], [data-seen]"))
    body.append(input.name, input.value);
  return body;
}

function bodyOf(field) {
  const body = common();
  for (const control of field.querySelectorAll("input[name], textarea[name]")) {
    if (control.matches("[data-seen]")) continue;
    if (control.matches("[type=checkbox], [type=radio]") && !control.checked) continue;
    body.append(control.name, control.value);
  }
  return body;
}

async function post(path, body) {
  const answer = await fetch(form.dataset.autosave + path, {
    method: "POST",
    headers: { "X-Requested-With": "fetch" },
    body,
    keepalive: String(body).length < KEPT_ALIVE,
  });
  if (answer.status >= 500) throw new Error(String(answer.status));
  return [answer.status, await answer.json()];
}

async function save(field) {
  const state = stateOf(field);
  clearTimeout(state.timer);
  if (state.sending) {
    state.again = true;
    return;
  }
  const edits = state.edits;
  state.sending = true;
  state.again = false;
  say("saving");
  try {
    const body = bodyOf(field);
    const [status, answer] = await post("/fields/" + field.dataset.field, body);
    state.sending = false;
    if (answer.message) return refuse(status, answer);
    if (state.edits === edits) settle(field, answer, status === 200);
    else if (status === 200) field.querySelector("[data-seen]").value = seenIn(answer.html);
    apply(answer, body);
    if (state.again && field.isConnected) save(field);
  } catch (error) {
    state.sending = false;
    say("offline", true);
    state.timer = setTimeout(save, RETRY, field);
  }
}

function seenIn(html) {
  return parse(html).querySelector("[data-seen]").value;
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector("[data-field]");
}

// Show the field as the server sees it, but leave alone where somebody is typing.
function settle(field, answer, saved) {
  const fresh = parse(answer.html);
  if (typing(field)) {
    settleCells(field, fresh);
    if (!saved) return;
    field.querySelector("[data-seen]").value = fresh.querySelector("[data-seen]").value;
    delete field.dataset.dirty;
    field.classList.remove("field_warn");
    return mark(field);
  }
  const active = document.activeElement;
  const id = field.contains(active) ? active.id : "";
  replace(field, fresh);
  if (id && document.getElementById(id)) document.getElementById(id).focus({ preventScroll: true });
  if (saved) mark(fresh);
}

// In a table, the cells left already show their value or error while the next one is typed in.
function settleCells(field, fresh) {
  const cells = [...field.querySelectorAll("[data-cell]")];
  const others = [...fresh.querySelectorAll("[data-cell]")];
  if (cells.length !== others.length) return;
  cells.forEach((cell, place) => {
    if (cell.contains(document.activeElement)) return;
    const text = cell.querySelector("input:not([type=radio]), textarea");
    if (text) text.value = others[place].querySelector("input, textarea").value;
    cell.className = others[place].className;
    cell.querySelectorAll(".field__error").forEach((old) => old.remove());
    cell.append(...others[place].querySelectorAll(".field__error"));
  });
}

function typing(field) {
  const active = document.activeElement;
  return field.contains(active) && active.matches("textarea, input:not([type=checkbox], [type=radio])");
}

function replace(field, fresh) {
  field.replaceWith(fresh);
  fresh.querySelectorAll("textarea").forEach(fitHeight);
}

function mark(field) {
  const saved = field.querySelector("[data-saved]");
  if (saved) saved.textContent = "已保存";
}

// What changed besides: other fields, how far the sections are. `asked`: what was sent.
function apply(answer, asked) {
  const news = [];
  for (const other of answer.others) {
    const field = form.querySelector(`[data-field="${other.id}"]`);
    if (!field || "dirty" in field.dataset || stateOf(field).sending || typing(field)) continue;
    const seen = field.querySelector("[data-seen]");
    if (seen.value !== asked.get(seen.name)) continue; // saved here since
    replace(field, parse(other.html));
    if (other.label) news.push(other.label);
  }
  for (const [id, section] of Object.entries(answer.sections)) {
    const progress = form.querySelector(`[data-progress="${id}"]`);
    progress.textContent = section.text;
    progress.classList.toggle("section__progress_on", section.on);
  }
  document.querySelector("[data-filled]").textContent = answer.filled;
  if (news.length) tell("“" + news.join("”“") + "”" + bar().dataset.changed);
  sayState();
}

function sayState() {
  if (form.querySelector(".field_warn, .row__cell_warn")) say("wrong", true);
  else say(unsaved().length ? "open" : "saved");
}

function bar() {
  return document.querySelector("[data-state]");
}

function say(what, warn = false) {
  let word = bar().querySelector("span");
  if (!word) {
    word = document.createElement("span");
    bar().append(document.createElement("br"), word);
  }
  word.textContent = bar().dataset[what] || "";
  word.className = warn ? "bar__state_warn" : "";
}

function tell(text, link) {
  const notice = document.querySelector("[data-notice]");
  notice.textContent = text;
  notice.hidden = false;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.textContent = "打开";
    notice.append(" ", anchor);
  }
}

// Nothing was kept. If the link no longer holds or the form was submitted, nothing would be.
function refuse(status, answer) {
  tell(answer.message, answer.go);
  if (![403, 409, 410].includes(status)) return say("wrong", true);
  for (const control of form.querySelectorAll("input, textarea, button")) control.disabled = true;
  bar().hidden = true;
  scrollTo(0, 0);
}

function edited(field) {
  const state = stateOf(field);
  state.edits += 1;
  field.dataset.dirty = "";
  const saved = field.querySelector("[data-saved]");
  if (saved) saved.textContent = "";
  clearTimeout(state.timer);
}

function unsaved() {
  return [...form.querySelectorAll("[data-dirty]")];
}

async function sync() {
  try {
    const body = common();
    const [status, answer] = await post("/sync", body);
    if (answer.message) refuse(status, answer);
    else if (answer.others.length) apply(answer, body);
  } catch (error) {
    // Nobody waits for it; the next save tells.
  }
}

async function review(event) {
  event.preventDefault();
  const link = event.currentTarget;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  unsaved().forEach((field) => save(field));
  for (let wait = 0; wait < 50 && unsaved().some((f) => stateOf(f).sending); wait += 1)
    await new Promise((done) => setTimeout(done, 100));
  const wrong = unsaved()[0];
  if (wrong) return reveal(wrong);
  location.href = link.href;
}

function reveal(field) {
  const section = field.closest("details");
  if (section) section.open = true;
  field.scrollIntoView({ block: "center" });
}

function takeSide(button) {
  const field = fieldOf(button);
  const box = button.closest("[data-conflict]");
  if (button.dataset.take === "theirs") {
    replace(field, box.querySelector("template").content.querySelector("[data-field]").cloneNode(true));
    if (form) sayState();
    return;
  }
  field.querySelector("[data-seen]").value = box.dataset.conflict;
  field.classList.remove("field_warn");
  box.remove();
  if (form) save(field);
}

function addRow(button) {
  const field = fieldOf(button);
  const rows = field.querySelector("[data-rows]");
  const number = Number(rows.dataset.next || rows.children.length) + 1;
  rows.dataset.next = number;
  const blank = field.querySelector("fieldset > template");
  rows.insertAdjacentHTML("beforeend", blank.innerHTML.split("NUMBER").join(number + 100));
  rows.lastElementChild.querySelector("input, textarea").focus();
}

function removeRow(button) {
  const field = fieldOf(button);
  const row = button.closest("[data-row]");
  if (field.querySelectorAll("[data-row]").length > 1) row.remove();
  else for (const control of row.querySelectorAll("input, textarea")) clear(control);
  if (form) {
    edited(field);
    save(field);
  }
}

function clear(control) {
  if (control.type === "radio") control.checked = false;
  else control.value = "";
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  if (!button) return;
  if ("take" in button.dataset) takeSide(button);
  else if ("add" in button.dataset) addRow(button);
  else if ("remove" in button.dataset) removeRow(button);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) fitHeight(event.target);
  const field = form && fieldOf(event.target);
  if (!field) return;
  edited(field);
  if (!event.isComposing) stateOf(field).timer = setTimeout(save, IDLE, field);
});

document.addEventListener("change", (event) => {
  const field = form && fieldOf(event.target);
  if (field && "dirty" in field.dataset) save(field);
});

// A double tap submits once; coming back to the page by the back key frees the button.
for (const once of document.querySelectorAll("form[data-once]")) {
  once.addEventListener("submit", (event) => {
    const button = once.querySelector("[type=submit]");
    if (once.dataset.sent) return event.preventDefault();
    once.dataset.sent = "1";
    button.setAttribute("aria-busy", "true");
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
  });
  addEventListener("pageshow", () => {
    const button = once.querySelector("[type=submit]");
    if (!once.dataset.sent || !button) return;
    delete once.dataset.sent;
    button.removeAttribute("aria-busy");
    button.textContent = button.dataset.idle;
  });
}

if (form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("[data-review]").addEventListener("click", review);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") unsaved().forEach((field) => save(field));
    else sync();
  });
  addEventListener("pagehide", () => unsaved().forEach((field) => save(field)));
  addEventListener("pageshow", (event) => event.persisted && sync());
  addEventListener("online", () => unsaved().forEach((field) => save(field)));
}

document.querySelectorAll("textarea").forEach(fitHeight);
if (location.hash.startsWith("#f-")) {
  const field = document.getElementById(location.hash.slice(1));
  if (field) reveal(field);
}
const wrong = document.querySelector(".field_warn");
if (!form && wrong) reveal(wrong);
