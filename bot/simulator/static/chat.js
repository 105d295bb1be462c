// How one entry of a chat looks. Every text from outside goes in as text, never as HTML.

export function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function unescape(text) {
  const signs = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  return text.replace(/&(lt|gt|quot|amp);/g, (sign) => signs[sign]);
}

function addPlain(parent, text) {
  // WeChat makes telephone numbers tappable; these are the district's eight digits.
  const telephone = /(?<!\d)(?:0\d{2,3}-)?\d{8}(?!\d)/g;
  let at = 0;
  for (const found of text.matchAll(telephone)) {
    parent.append(text.slice(at, found.index));
    parent.append(make("a", { class: "telephone", href: `tel:${found[0]}` }, found[0]));
    at = found.index + found[0].length;
  }
  parent.append(text.slice(at));
}

function choiceLink(text, chosen) {
  const anchor = make("a", { class: "choice", "data-role": "choice", role: "button", tabindex: 0 }, text);
  anchor.onclick = chosen;
  anchor.onkeydown = (event) => event.key === "Enter" && chosen();
  return anchor;
}

function addLinks(parent, text, choose) {
  const link = /<a href="([^"]*)">([^<]*)<\/a>/g;
  let at = 0;
  for (const found of text.matchAll(link)) {
    addPlain(parent, text.slice(at, found.index));
    at = found.index + found[0].length;
    const [address, title] = [unescape(found[1]), unescape(found[2])];
    if (address.startsWith("weixin://bizmsgmenu?")) {
      const query = new URLSearchParams(address.split("?")[1]);
      parent.append(choiceLink(title, () => choose(query.get("msgmenucontent"), query.get("msgmenuid"))));
      if (text[at] === "\n") at += 1; // a choice is a line of its own already
    } else if (/^https?:\/\//.test(address)) {
      parent.append(make("a", { href: address, target: "_blank", rel: "noopener" }, title));
    } else addPlain(parent, title);
  }
  addPlain(parent, text.slice(at));
}

function waves() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS(icon.namespaceURI, "path");
  path.setAttribute("d", "M17 11.5v1M13 8.5a6 6 0 0 0 0 7M8.5 5.5a11 11 0 0 0 0 13");
  icon.append(path);
  return icon;
}

function card(className, ...parts) {
  const box = make("div", { class: `card ${className}` });
  box.append(...parts);
  return box;
}

const BARE = {
  image: (text, content) =>
    content
      ? make("img", { src: `media/${content.media_id}`, alt: "图片", class: "picture" })
      : make("img", { src: "static/picture.png", alt: "图片", width: 160, height: 110 }),
  video: () => card("video", make("span", { class: "play", title: "视频" }), make("span", { class: "length" }, "0:06")),
  location: (text) =>
    card("place", make("b", {}, text || "我的位置"), make("span", {}, "重庆市永川区"), make("div", { class: "map" })),
  link: (text) => card("page", make("b", {}, text || "网页"), make("span", {}, "example.com")),
};

// The bubble of `entry`; `choose(text, id)` is called when a choice in it is tapped.
export function bubble(entry, choose) {
  const text = entry.text || "";
  if (BARE[entry.kind]) {
    const bare = make("div", { class: "bubble bare" });
    bare.append(BARE[entry.kind](text, entry.content));
    return bare;
  }
  const box = make("div", { class: "bubble" });
  if (entry.kind === "voice") {
    box.classList.add("voice");
    box.append("6″", waves());
    if (text) box.append(make("div", { class: "heard" }, text));
  } else if (entry.from === "account") addLinks(box, text, choose);
  else box.textContent = text;
  for (const choice of entry.choices || []) {
    box.append(choiceLink(choice.content, () => choose(choice.content, choice.id)));
  }
  if (entry.tail) addPlain(box, entry.tail.replace(/^\n/, ""));
  return box;
}

const NOTES = {
  subscribe: (text) => (text ? `您扫描“${text}”的二维码，关注了公众号` : "您关注了公众号"),
  unsubscribe: () => "您取消了关注",
  scan: (text) => `您扫描了“${text || "质量服务站"}”的二维码`,
  click: (text) => `您点了菜单“${text}”`,
  view: (text) => `您点了菜单“${text}”`,
};

// The grey line for what is no message; null for a message.
export function note(entry) {
  if (entry.from === "system") return make("div", { class: "note", "data-role": "fault" }, entry.text);
  return NOTES[entry.kind] ? make("div", { class: "note" }, NOTES[entry.kind](entry.text || "")) : null;
}

// The time as WeChat writes it between messages.
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  const minute = `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
  if (days === 0) return minute;
  return days === 1 ? `昨天 ${minute}` : `${at.getMonth() + 1}月${at.getDate()}日 ${minute}`;
}
