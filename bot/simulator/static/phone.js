"use strict";
// The phone page: every text from the account goes in as text; links are taken apart here.
const phones = new Map();
let account = { name: "", menu: [], stations: [] };

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

async function push(openid, kind, fields = {}) {
  await fetch("control/push", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ openid, kind, ...fields }),
  });
}

function withLinks(parent, text, openid) {
  const link = /<a href="([^"]*)">([^<]*)<\/a>/g;
  let at = 0;
  for (const found of text.matchAll(link)) {
    parent.append(text.slice(at, found.index));
    at = found.index + found[0].length;
    const plain = make("textarea");
    plain.innerHTML = found[2].replace(/</g, "&lt;");
    const anchor = make("a", {}, plain.value);
    if (found[1].startsWith("weixin://bizmsgmenu?")) {
      const query = new URLSearchParams(found[1].split("?")[1]);
      anchor.dataset.role = "choice";
      anchor.onclick = () => choose(openid, query.get("msgmenucontent"), query.get("msgmenuid"));
    } else if (/^https?:\/\//.test(found[1])) {
      anchor.href = found[1];
      anchor.target = "_blank";
    }
    parent.append(anchor);
  }
  parent.append(text.slice(at));
}

function choose(openid, text, id) {
  push(openid, "choice", { text, id });
}

function bubble(entry) {
  const box = make("div", { class: "bubble" });
  const text = entry.text || "";
  if (entry.kind === "image") {
    box.classList.add("bare");
    box.append(make("img", { src: "static/picture.svg", alt: "图片" }));
  } else if (entry.kind === "voice") box.textContent = "🔊 6″" + (text ? "\n" + text : "");
  else if (entry.kind === "video") box.textContent = "▶ 视频";
  else if (entry.kind === "location") box.textContent = "📍 " + text;
  else if (entry.kind === "link") box.textContent = "🔗 " + text;
  else if (entry.from === "account") withLinks(box, text, entry.openid);
  else box.textContent = text;
  for (const choice of entry.choices || []) {
    const line = make("a", { class: "choice", "data-role": "choice" }, choice.content);
    line.onclick = () => choose(entry.openid, choice.content, choice.id);
    box.append(line);
  }
  if (entry.tail) box.append(entry.tail);
  return box;
}

const EVENTS = { subscribe: "您关注了公众号", unsubscribe: "您取消了关注", scan: "您扫描了服务站二维码", click: "您点了菜单", view: "您点了菜单" };

function show(entry) {
  const phone = phones.get(entry.openid) || addPhone(entry.openid);
  const title = phone.querySelector(".title");
  if (entry.kind === "typing") {
    title.textContent = "对方正在输入…";
    clearTimeout(phone.typing);
    phone.typing = setTimeout(() => (title.textContent = account.name), 15000);
    return;
  }
  const chat = phone.querySelector(".chat");
  const minute = new Date(entry.at * 1000).toTimeString().slice(0, 5);
  if (phone.minute !== minute) chat.append(make("div", { class: "time" }, minute));
  phone.minute = minute;
  if (entry.from === "system") chat.append(make("div", { class: "note", "data-role": "fault" }, entry.text));
  else if (EVENTS[entry.kind]) chat.append(make("div", { class: "note" }, EVENTS[entry.kind]));
  else {
    const row = make("div", { class: "message", "data-role": "message", "data-from": entry.from });
    row.append(make("div", { class: "face" }, entry.from === "user" ? "我" : "质"), bubble(entry));
    chat.append(row);
    if (entry.from === "account") title.textContent = account.name;
  }
  chat.scrollTop = chat.scrollHeight;
}

function fillMenu(phone, openid) {
  const menus = phone.querySelector(".menus");
  menus.replaceChildren();
  for (const entry of account.menu) {
    const details = make("details");
    details.append(make("summary", {}, entry.name));
    const sub = make("div", { class: "sub" });
    for (const item of entry.sub_button?.length ? entry.sub_button : [entry]) {
      const button = make("button", { type: "button" }, item.name);
      button.onclick = () => {
        details.open = false;
        if (item.type === "view") { push(openid, "view", { url: item.url }); open(item.url); }
        else push(openid, "click", { key: item.key });
      };
      sub.append(button);
    }
    details.append(sub);
    menus.append(details);
  }
}

function addPhone(openid) {
  const phone = document.getElementById("phone").content.firstElementChild.cloneNode(true);
  phones.set(openid, phone);
  phone.dataset.openid = openid;
  phone.querySelector(".title").textContent = account.name;
  phone.querySelector(".who").textContent = openid.slice(-6);
  const input = phone.querySelector("input[name=text]");
  phone.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    if (input.value) push(openid, "text", { text: input.value });
    input.value = "";
  };
  const panel = phone.querySelector(".panel");
  const menus = phone.querySelector(".menus");
  phone.querySelector("[data-action=more]").onclick = () => (panel.hidden = !panel.hidden);
  phone.querySelector("[data-action=menu]").onclick = () => (menus.hidden = !menus.hidden);
  const words = { voice: "语音转成的文字（可留空）", location: "地点名称", link: "链接标题" };
  for (const button of panel.querySelectorAll("button")) {
    button.onclick = () => {
      const kind = button.dataset.kind;
      const text = words[kind] ? prompt(words[kind], "") : "";
      if (text !== null) push(openid, kind, { text });
      panel.hidden = true;
    };
  }
  const stations = panel.querySelector("select");
  for (const station of account.stations) stations.append(make("option", { value: station.scene }, station.name));
  stations.onchange = () => {
    if (stations.value) push(openid, phone.followed ? "scan" : "subscribe", { scene: stations.value });
    phone.followed = true;
    stations.value = "";
    panel.hidden = true;
  };
  fillMenu(phone, openid);
  document.getElementById("phones").append(phone);
  return phone;
}

function newUser() {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const random = crypto.getRandomValues(new Uint8Array(12));
  const openid = "o" + Array.from(random, (value) => letters[value % 36]).join("");
  addPhone(openid);
  push(openid, "subscribe");
  return openid;
}

async function begin() {
  account = await (await fetch("account")).json();
  const own = new URLSearchParams(location.search).get("openid") || sessionStorage.getItem("openid");
  let ready = false;
  const live = new EventSource("live");
  live.onmessage = (event) => show(JSON.parse(event.data));
  live.onopen = () => {
    if (ready) return;
    ready = true;
    if (own) { if (!phones.has(own)) addPhone(own); }
    else sessionStorage.setItem("openid", newUser());
  };
  document.querySelector("[data-action=add-user]").onclick = newUser;
}

begin();
