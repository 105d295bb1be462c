// Writing in a chat: the composer and what is put into it, dialogs, the keyboard.
"use strict";

(() => {
  const NOTICE = 12000; // ms that a sentence above the page is read in
  const { page, chat, path, find, putAll, toEnd } = workplace;

  const text = () => find("[data-text]");
  const kept = `desk-draft-${chat}`;
  const PATIENCE = 20000; // ms for an answer to a message

  // A message's key makes sending it again no second message. It is kept with the words until
  // they are known to be sent, or changed.

  const keyed = `desk-key-${chat}`;
  const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  function keyOfText() {
    const key = sessionStorage.getItem(keyed) || newKey();
    sessionStorage.setItem(keyed, key);
    return key;
  }

  function showText() {
    if (!text()) return;
    text().value = sessionStorage.getItem(kept) || text().value;
    typed();
  }

  function typed() {
    const area = text();
    if (area.value !== sessionStorage.getItem(kept)) sessionStorage.removeItem(keyed);
    sessionStorage.setItem(kept, area.value);
    const left = area.maxLength - area.value.length;
    find("[data-count]").textContent = left < 200 ? `还能写${left}个字` : "";
  }

  /** Send something to the user and show it; whether that was done. */
  async function post(action, body, again) {
    const button = find("[data-send]");
    if (button.disabled) return false;
    button.disabled = true;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await desk.send(`${path}/${action}`, { method: "POST", body, signal });
      putAll(await answer.text());
      toEnd();
      return true;
    } catch (error) {
      const lost = error.offline || error.name !== "Error"; // cut off while the answer came
      desk.notify(lost ? `网络不通，不知道发出去没有。恢复后请${again}，不会重复。` : error.message);
      return false;
    } finally {
      button.disabled = false;
      text()?.focus();
    }
  }

  async function sendText() {
    const words = text().value;
    if (!words.trim()) return;
    const body = new URLSearchParams({ text: words, key: keyOfText() });
    if (!(await post("send", body, "再按一次发送"))) return;
    sessionStorage.removeItem(keyed);
    // What was typed meanwhile stays.
    const rest = (sessionStorage.getItem(kept) || "").replace(words, "");
    sessionStorage.setItem(kept, rest);
    if (!text()) return;
    text().value = rest;
    typed();
  }

  let unsure = {}; // the picture of which it is not known whether it was sent
  async function sendPicture(file) {
    const mark = `${file.name} ${file.size} ${file.lastModified}`;
    if (unsure.mark !== mark) unsure = { mark, key: newKey() };
    const body = new FormData();
    body.append("picture", file);
    body.append("key", unsure.key);
    if (await post("picture", body, "再选一次这张图片")) unsure = {};
  }

  function showInsert(show) {
    const panel = find("#insert");
    if (!panel) return;
    panel.hidden = !show;
    find("[data-insert]").setAttribute("aria-expanded", String(show));
    if (!show) return text().focus();
    const search = panel.querySelector("input");
    search.value = "";
    search.focus();
    htmx.trigger(search, "insert-opened");
  }

  function insert(words) {
    const area = text();
    const gap = area.selectionStart && !area.value.slice(0, area.selectionStart).endsWith("\n");
    area.setRangeText((gap ? "\n" : "") + words, area.selectionStart, area.selectionEnd, "end");
    typed();
    showInsert(false);
  }

  // What was said above the page goes by itself, for it covers the chat

  const notices = document.getElementById("notices");
  let fading = 0;
  function fade() {
    clearTimeout(fading);
    fading = setTimeout(() => notices.replaceChildren(), NOTICE);
  }
  new MutationObserver(fade).observe(notices, { childList: true });
  fade();

  // Buttons and keys

  const buttons = {
    insert: () => showInsert(find("#insert").hidden),
    picture: () => find("[data-file]").click(),
    put: (button) => insert(button.dataset.put),
    open: (button) => document.getElementById(button.dataset.open).showModal(),
    dismiss: (button) => button.closest("dialog").close(),
    fold: () => page.classList.toggle("chat_unfolded"),
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const name = Object.keys(buttons).find((known) => known in button.dataset);
    if (name) buttons[name](button);
  });

  function stepThrough(event, by) {
    const items = [...page.querySelectorAll("[data-item]")];
    const place = items.indexOf(document.activeElement);
    if (place < 0) return;
    event.preventDefault();
    items[(place + by + items.length) % items.length].focus();
  }

  const keys = {
    KeyQ: () => (find(".item_open") || find("[data-item]"))?.focus(),
    KeyM: () => text()?.focus(),
    KeyK: () => showInsert(find("#insert")?.hidden),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") return stepThrough(event, 1);
    if (event.key === "ArrowUp") return stepThrough(event, -1);
    if (event.key === "Escape" && find("#insert")?.hidden === false) return showInsert(false);
    if (event.altKey && keys[event.code]) {
      event.preventDefault();
      return keys[event.code]();
    }
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && event.target === text()) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  page.addEventListener("submit", (event) => {
    if (!("composer" in event.target.dataset)) return;
    event.preventDefault();
    sendText();
  });
  page.addEventListener("input", (event) => { if (event.target === text()) typed(); });
  page.addEventListener("change", (event) => {
    if (!("file" in event.target.dataset) || !event.target.files.length) return;
    sendPicture(event.target.files[0]);
    event.target.value = "";
  });
  page.addEventListener("paste", (event) => {
    const file = event.target === text() && event.clipboardData.files[0];
    if (!file || !file.type.startsWith("image/")) return;
    event.preventDefault();
    sendPicture(file);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "foot") showText();
  });
  // What a dialog's form is refused for stands in the dialog, which covers the page.
  document.addEventListener("htmx:responseError", (event) => {
    const dialog = event.target.closest?.("dialog");
    if (!dialog) return;
    dialog.querySelector(".notice")?.remove();
    dialog.querySelector("form").prepend(document.getElementById("notices").lastElementChild);
  });

  showText();
})();
