// Writing in a chat: the composer and what is put into it, dialogs, the keyboard.
"use strict";

(() => {
  const NOTICE = 12000; // ms that a sentence above the page is read in
  const { page, chat, path, find, putAll, toEnd } = workplace;

  const text = () => find("[data-text]");
  const kept = `desk-draft-${chat}`;

  function showText() {
    if (!text()) return;
    text().value = sessionStorage.getItem(kept) || text().value;
    typed();
  }

  function typed() {
    const area = text();
    sessionStorage.setItem(kept, area.value);
    const left = area.maxLength - area.value.length;
    find("[data-count]").textContent = left < 200 ? `还能写${left}个字` : "";
  }

  /** Send something to the user and show it; whether that was done. */
  async function post(action, body) {
    const button = find("[data-send]");
    if (button.disabled) return false;
    button.disabled = true;
    try {
      const answer = await desk.send(`${path}/${action}`, { method: "POST", body });
      putAll(await answer.text());
      toEnd();
      return true;
    } catch (error) {
      // The answer may be what got lost: the message is then there once the line is up again.
      desk.notify(error.offline ? "网络断了。恢复后请先看会话里有没有这条，没有再发一次。" : error.message);
      return false;
    } finally {
      button.disabled = false;
      text()?.focus();
    }
  }

  async function sendText() {
    if (!text().value.trim()) return;
    const sent = await post("send", new URLSearchParams({ text: text().value }));
    if (!sent || !text()) return;
    text().value = "";
    typed();
  }

  function sendPicture(file) {
    const body = new FormData();
    body.append("picture", file);
    post("picture", body);
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
