// The demand form on the phone: keeps each field when it was changed, shows what others changed.
"use strict";

const form = document.querySelector("[data-autosave]");
const IDLE = 2000; // ms without a key after which what was typed is kept
const RETRY = 4000; // ms until a save is tried again that did not get through
const KEPT_ALIVE = 60000; // bytes that a browser still sends when its page is left
const CONTROLS = "input:not([data-seen]), textarea";
const ERRORS = ":scope > .field__error, :scope > .conflict";
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
  const body = bodyOf(field);
  let status, answer;
  try {
    [status, answer] = await post("/fields/" + field.dataset.field, body);
  } catch (error) {
    state.sending = false;
    say("offline", true);
    state.timer = setTimeout(save, RETRY, field);
    return;
  }
  state.sending = false;
  if (answer.message) return refuse(status, answer);
  const fresh = parse(answer.html);
  if (state.edits === edits) {
    const shown = settle(field, fresh, status === 200);
    if (status === 200) mark(shown);
  } else if (status === 200) {
    field.querySelector("[data-seen]").value = seenIn(fresh);
  }
  apply(answer, body);
  if (state.again && field.isConnected) save(field);
}

function seenIn(field) {
  return field.querySelector("[data-seen]").value;
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector("[data-field]");
}

// Show the field as the server sees it. Its controls stay where they are, so that a tap or a word
// on the way is not lost; what is being typed in is left alone.
function settle(field, fresh, saved) {
  const here = [...field.querySelectorAll(CONTROLS)];
  const there = [...fresh.querySelectorAll(CONTROLS)];
  if (here.length === there.length) {
    here.forEach((control, place) => settleControl(control, there[place]));
    settleErrors(field, fresh);
  } else if (!typing(field)) {
    replace(field, fresh); // rows went or came
    return fresh;
  }
  if (saved) {
    field.querySelector("[data-seen]").value = seenIn(fresh);
    field.querySelectorAll(".field__mark").forEach((mark) => mark.remove());
    delete field.dataset.dirty;
  }
  return field;
}

function settleControl(control, other) {
  if (control === document.activeElement && isText(control)) return;
  if (!isText(control)) control.checked = other.checked;
  else if (control.value !== other.value) {
    control.value = other.value;
    if (control.matches("textarea")) fitHeight(control);
  }
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (other.hasAttribute(name)) control.setAttribute(name, other.getAttribute(name));
    else control.removeAttribute(name);
  }
}

function settleErrors(field, fresh) {
  const boxes = [field, ...field.querySelectorAll("[data-cell]")];
  const others = [fresh, ...fresh.querySelectorAll("[data-cell]")];
  boxes.forEach((box, place) => {
    const alone = box !== field || boxes.length === 1;
    if (alone && typing(box)) return; // nobody is corrected in the middle of a word
    box.className = others[place].className;
    box.querySelectorAll(ERRORS).forEach((old) => old.remove());
    box.append(...others[place].querySelectorAll(ERRORS));
  });
}

function isText(control) {
  return control.matches("textarea, input:not([type=checkbox], [type=radio])");
}

function typing(field) {
  const active = document.activeElement;
  return field.contains(active) && isText(active);
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
    settle(field, parse(other.html), true);
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
  const body = common();
  let status, answer;
  try {
    [status, answer] = await post("/sync", body);
  } catch (error) {
    return; // nobody waits for it; the next save tells
  }
  if (answer.message) refuse(status, answer);
  else if (answer.others.length) apply(answer, body);
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
  if (field) save(field);
});

// A double tap submits once; coming back to the page by the back key frees the button.
for (const once of document.querySelectorAll("form[data-once]")) {
  once.addEventListener("submit", (event) => {
    const button = event.submitter || once.querySelector("[type=submit]");
    if (once.dataset.sent) return event.preventDefault();
    once.dataset.sent = "1";
    button.dataset.pressed = "1";
    button.setAttribute("aria-busy", "true");
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
  });
  addEventListener("pageshow", () => {
    const button = once.querySelector("[data-pressed]");
    if (!once.dataset.sent || !button) return;
    delete once.dataset.sent;
    delete button.dataset.pressed;
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
