// The phone page: one phone for each user of this browser tab, fed live by the simulated platform.
import { bubble, clock, make, note } from "./chat.js";

const TYPING_SECONDS = 15;
const QUIET_SECONDS = 300; // a new time stands after so long a silence
const KEPT = "openids";
const phones = new Map();
let account = { name: "", menu: [], stations: [] };

async function push(phone, kind, fields = {}) {
  const body = JSON.stringify({ openid: phone.openid, kind, ...fields });
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch("control/push", { method: "POST", headers, body });
    if (response.ok) return true;
  } catch {
    // Said below: whatever the fault, it was not sent.
  }
  toast(phone, "没有发出去，请稍后再试");
  return false;
}

function toast(phone, text) {
  phone.node.querySelector(".toast")?.remove();
  const box = make("div", { class: "toast", role: "alert" }, text);
  phone.node.append(box);
  setTimeout(() => box.remove(), 2500);
}

function showTyping(phone, entry) {
  const left = entry.at + TYPING_SECONDS - Date.now() / 1000;
  clearTimeout(phone.typing);
  const on = entry.command !== "CancelTyping" && left > 0;
  phone.title.textContent = on ? "对方正在输入…" : account.name;
  if (on) phone.typing = setTimeout(() => (phone.title.textContent = account.name), left * 1000);
}

function show(entry) {
  const phone = phones.get(entry.openid);
  if (!phone) return; // another visitor's
  if (entry.kind === "typing") return showTyping(phone, entry);
  const chat = phone.chat;
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  if (entry.at - phone.last > QUIET_SECONDS) chat.append(make("div", { class: "time" }, clock(entry.at)));
  phone.last = entry.at;
  if (["subscribe", "scan"].includes(entry.kind)) phone.follows = true;
  if (entry.kind === "unsubscribe") phone.follows = false;
  const line = note(entry);
  if (line) chat.append(line);
  else {
    const row = make("div", { class: "message", "data-role": "message", "data-from": entry.from });
    const face = make("div", { class: "face", "aria-hidden": "true" }, entry.from === "user" ? "我" : "质");
    row.append(face, bubble(entry, (text, id) => push(phone, "choice", { text, id })));
    chat.append(row);
    if (entry.from === "account") {
      clearTimeout(phone.typing);
      phone.title.textContent = account.name;
    }
  }
  if (atEnd || entry.from === "user") chat.scrollTop = chat.scrollHeight;
}

// A sheet from the bottom of the phone with `content`; resolves with what `content` hands over.
function sheet(phone, title, content) {
  const shade = phone.node.querySelector(".shade");
  return new Promise((resolve) => {
    const close = (value) => {
      shade.hidden = true;
      shade.replaceChildren();
      resolve(value);
    };
    const box = make("form", { class: "sheet" });
    box.append(make("h2", {}, title), ...content(close));
    shade.replaceChildren(box);
    shade.hidden = false;
    shade.onclick = (event) => event.target === shade && close(null);
    shade.onkeydown = (event) => event.key === "Escape" && close(null);
    box.querySelector("input, button").focus();
  });
}

function ask(phone, title, placeholder) {
  return sheet(phone, title, (close) => {
    const input = make("input", { placeholder, "aria-label": title, maxlength: 200, autocomplete: "off" });
    const row = make("div", { class: "buttons" });
    const cancel = make("button", { type: "button" }, "取消");
    cancel.onclick = () => close(null);
    const send = make("button", { type: "button", class: "main" }, "发送");
    send.onclick = () => close(input.value.trim());
    input.onkeydown = (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      send.click();
    };
    row.append(cancel, send);
    return [input, row];
  });
}

async function scan(phone) {
  const station = await sheet(phone, "扫服务站的二维码", (close) => [
    ...account.stations.map((each) => {
      const button = make("button", { type: "button", "data-scene": each.scene }, each.name);
      button.onclick = () => close(each);
      return button;
    }),
  ]);
  const kind = phone.follows ? "scan" : "subscribe";
  if (station) push(phone, kind, { scene: station.scene, shown: station.name });
}

const WORDS = {
  voice: ["语音转成的文字", "可留空，表示没有转成文字"],
  location: ["地点名称", "例如：永川区兴龙大道"],
  link: ["链接标题", "例如：关于计量检定的通知"],
};

async function sendKind(phone, kind) {
  const text = WORDS[kind] ? await ask(phone, ...WORDS[kind]) : "";
  if (text !== null) push(phone, kind, { text });
}

function tapMenu(phone, item) {
  if (item.type !== "view") return push(phone, "click", { key: item.key, shown: item.name });
  open(item.url, "_blank", "noopener");
  return push(phone, "view", { url: item.url, shown: item.name });
}

function fillMenu(phone) {
  const menus = phone.node.querySelector(".menus");
  const closeAll = () => menus.querySelectorAll(".sub").forEach((sub) => (sub.hidden = true));
  for (const entry of account.menu) {
    const cell = make("div", { class: "menu" });
    const button = make("button", { type: "button" }, entry.name);
    const parts = entry.sub_button || [];
    cell.append(button);
    if (parts.length) {
      button.classList.add("has-sub");
      const sub = make("div", { class: "sub" });
      sub.hidden = true;
      for (const item of parts) {
        const line = make("button", { type: "button" }, item.name);
        line.onclick = () => { closeAll(); tapMenu(phone, item); };
        sub.append(line);
      }
      cell.append(sub);
      button.onclick = () => { const was = sub.hidden; closeAll(); sub.hidden = !was; };
    } else button.onclick = () => { closeAll(); tapMenu(phone, entry); };
    menus.append(cell);
  }
  phone.chat.addEventListener("click", closeAll);
}

function wireInput(phone) {
  const form = phone.node.querySelector("form.write");
  const input = form.elements.text;
  const [send, more] = ["send", "more"].map((name) => phone.node.querySelector(`[data-action=${name}]`));
  const fit = () => {
    send.hidden = !input.value;
    more.hidden = Boolean(input.value);
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 110)}px`;
  };
  input.oninput = fit;
  input.onkeydown = (event) => {
    // Enter while an input method is composing chooses a character.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const text = input.value;
    if (!text) return;
    input.value = "";
    fit();
    input.focus();
    if (!(await push(phone, "text", { text })) && !input.value) input.value = text;
    fit();
  };
}

function wireButtons(phone) {
  const find = (selector) => phone.node.querySelector(selector);
  const [panel, menus, foot] = [".panel", ".menus", ".foot"].map(find);
  const [more, menu] = ["[data-action=more]", "[data-action=menu]"].map(find);
  const open = (area, button, yes) => {
    area.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    phone.chat.scrollTop = phone.chat.scrollHeight;
  };
  more.onclick = () => open(panel, more, panel.hidden);
  menu.onclick = () => {
    open(panel, more, false);
    open(menus, menu, menus.hidden);
    foot.classList.toggle("with-menu", !menus.hidden);
  };
  find("[data-action=speak]").onclick = () => sendKind(phone, "voice");
  find("[data-action=scan]").onclick = () => { open(panel, more, false); scan(phone); };
  for (const button of panel.querySelectorAll("[data-kind]")) {
    button.onclick = () => { open(panel, more, false); sendKind(phone, button.dataset.kind); };
  }
}

function addPhone(openid) {
  const node = document.getElementById("phone").content.firstElementChild.cloneNode(true);
  const [title, chat] = [".title", ".chat"].map((selector) => node.querySelector(selector));
  const phone = { openid, node, title, chat, last: 0, follows: false, typing: 0 };
  node.dataset.openid = openid;
  node.setAttribute("aria-label", `用户 ${openid}`);
  title.textContent = account.name;
  wireInput(phone);
  wireButtons(phone);
  fillMenu(phone);
  phones.set(openid, phone);
  sessionStorage.setItem(KEPT, JSON.stringify([...phones.keys()]));
  document.getElementById("phones").append(node);
  return phone;
}

function newUser() {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const random = crypto.getRandomValues(new Uint8Array(12));
  push(addPhone("o" + Array.from(random, (value) => letters[value % 36]).join("")), "subscribe");
}

async function begin() {
  account = await (await fetch("account")).json();
  const named = new URLSearchParams(location.search).getAll("openid").filter(Boolean);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  for (const openid of new Set(named.length ? named : kept)) addPhone(openid);
  const live = new EventSource("live");
  live.onmessage = (event) => show(JSON.parse(event.data));
  live.onerror = () => document.body.classList.add("offline");
  live.onopen = () => document.body.classList.remove("offline");
  if (!phones.size) newUser();
  document.querySelector("[data-action=add-user]").onclick = newUser;
}

begin();
