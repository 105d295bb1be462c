// The workplace of chats: shows what the stream tells, sends, keeps what was typed, calls attention.
"use strict";

(() => {
  const SILENCE = 32000; // ms: three beats of the stream missed
  const LOOKING = 20000; // ms between two words that the chat is on the screen
  const NEAR_END = 80; // px
  const page = document.querySelector(".chat");
  const chat = page.dataset.chat; // "" when none is open
  const path = `/chats/${chat}`;
  const log = page.querySelector("[data-log]");
  const lines = page.querySelector("[data-lines]");
  const stale = page.querySelector("[data-stale]");
  const title = document.title;
  const find = (selector) => page.querySelector(selector);
  let missed = 0;

  // The lines

  function parse(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  }

  /** Put a line where it belongs; one that is there already is replaced. */
  function put(line) {
    const old = document.getElementById(line.id);
    if (old) return old.replaceWith(line);
    let after = lines.lastElementChild;
    while (after && after.dataset.key > line.dataset.key) after = after.previousElementSibling;
    if (after) after.after(line);
    else lines.prepend(line);
  }

  /** Put in the lines of a fragment; whether the server has more before them. */
  function putAll(html) {
    const made = parse(html);
    const more = Boolean(made.querySelector("[data-has-more]"));
    made.querySelectorAll(".line").forEach(put);
    markDays();
    return more;
  }

  function markDays() {
    lines.querySelectorAll("[data-has-more]").forEach((mark) => mark.remove());
    let day = "";
    for (const line of lines.children) {
      line.toggleAttribute("data-first", line.dataset.day !== day);
      day = line.dataset.day;
    }
  }

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    find("[data-down]").hidden = true;
  }

  async function loadEarlier(button) {
    const first = lines.firstElementChild;
    if (!first) return;
    button.disabled = true;
    try {
      const answer = await desk.send(`${path}/earlier?before=${first.dataset.key.split("-")[0]}`);
      const below = log.scrollHeight - log.scrollTop;
      find("[data-more]").hidden = !putAll(await answer.text());
      log.scrollTop = log.scrollHeight - below;
    } catch (error) {
      desk.notify(error.message);
    }
    button.disabled = false;
  }

  // What the stream tells

  let listing = 0;
  function refreshLists() {
    clearTimeout(listing);
    listing = setTimeout(() => htmx.trigger(document.body, "lists-changed"), 150);
  }

  const kindOf = (number) => document.getElementById(`item-${number}`)?.dataset.item;

  function takeLine(data) {
    refreshLists();
    const open = String(data.handoff) === chat;
    let fresh = true; // a line comes again when its delivery changes, or its picture is there
    if (open && data.html) {
      const [stay, before] = [atEnd(), lines.children.length];
      putAll(data.html);
      fresh = lines.children.length > before;
      if (stay) toEnd();
      else if (fresh && data.theirs) find("[data-down]").hidden = false;
      seenSoon();
      htmx.trigger(document.body, "head-changed");
    }
    if (data.theirs && fresh && (open || kindOf(data.handoff) === "own")) callAttention(open);
  }

  function takeHandoff(data) {
    if (data.waits && kindOf(data.handoff) !== "queue") callAttention(false);
    refreshLists();
    if (String(data.handoff) !== chat) return;
    htmx.trigger(document.body, "head-changed");
    if (find("[data-foot]")?.dataset.state !== data.state)
      htmx.trigger(document.body, "foot-changed");
  }

  function takeNote(data) {
    const notes = find('[data-tab="notes"]');
    if (String(data.handoff) !== chat || !notes || notes.querySelector("textarea").value) return;
    htmx.ajax("GET", `${desk.base}${path}/notes`, "#side");
  }

  function takeGone(data) {
    refreshLists();
    if (String(data.handoff) === chat) location.assign(`${desk.base}/chats`);
  }

  const takers = {
    line: takeLine,
    handoff: takeHandoff,
    note: takeNote,
    gone: takeGone,
    beat() {},
    lost() { location.reload(); },
  };
  desk.listen("/live", page.dataset.feed, takers, (open) => {
    if (open && !stale.hidden) refreshLists();
    stale.hidden = open;
  }, SILENCE);

  // Being looked at

  let telling = 0;
  function seenSoon() {
    clearTimeout(telling);
    telling = setTimeout(tellSeen, 400);
  }

  async function tellSeen() {
    if (!chat || document.hidden) return;
    const read = Math.max(0, ...[...lines.children].map((line) => Number(line.dataset.read) || 0));
    try {
      const body = new URLSearchParams({ read });
      const answer = await desk.send(`${path}/seen`, { method: "POST", body });
      find("[data-viewers]").textContent = (await answer.text()).trim();
      if (document.querySelector(`#item-${chat} .badge`)) refreshLists();
    } catch { /* the stream tells when the line is down */ }
  }

  const sound = {
    get on() { return localStorage.getItem("desk-sound") !== "off"; },
    show() {
      const button = find("[data-sound]");
      button.setAttribute("aria-pressed", String(this.on));
      button.textContent = this.on ? "提示音开" : "提示音关";
    },
    turn() {
      localStorage.setItem("desk-sound", this.on ? "off" : "on");
      this.show();
      if (this.on) this.play();
    },
    play() {
      if (!navigator.userActivation?.hasBeenActive) return; // browsers keep silent till then
      this.context ||= new AudioContext();
      const [tone, volume] = [this.context.createOscillator(), this.context.createGain()];
      const now = this.context.currentTime;
      tone.frequency.value = 740;
      volume.gain.setValueAtTime(0.08, now);
      volume.gain.exponentialRampToValueAtTime(0.001, now + 0.35);
      tone.connect(volume).connect(this.context.destination);
      tone.start(now);
      tone.stop(now + 0.35);
    },
  };

  /** A tone and a count in the title, unless the person is looking at it. */
  function callAttention(open) {
    const looking = document.hasFocus() && !document.hidden;
    if (open && looking) return;
    if (sound.on) sound.play();
    if (looking) return;
    missed += 1;
    document.title = `(${missed}) 新消息 · ${title}`;
  }

  function lookedAt() {
    if (document.hidden) return;
    missed = 0;
    document.title = title;
    seenSoon();
  }

  // Writing

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
      desk.notify(error.message);
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

  // Buttons and keys

  const buttons = {
    sound: () => sound.turn(),
    earlier: loadEarlier,
    down: toEnd,
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
  document.addEventListener("visibilitychange", lookedAt);
  addEventListener("focus", lookedAt);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  sound.show();
  if (!chat) return;
  markDays();
  showText();
  toEnd();
  tellSeen();
  setInterval(tellSeen, LOOKING);
})();
