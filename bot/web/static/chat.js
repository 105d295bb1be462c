// The workplace of chats: shows what the stream tells, says what was read.
"use strict";

const workplace = (() => {
  const SILENCE = 32000; // ms: three beats of the stream missed
  const LOOKING = 20000; // ms between two words that the chat is on the screen
  const NEAR_END = 80; // px
  const page = document.querySelector(".chat");
  const chat = page.dataset.chat; // "" when none is open
  const path = `/chats/${chat}`;
  const log = page.querySelector("[data-log]");
  const lines = page.querySelector("[data-lines]");
  const stale = page.querySelector("[data-stale]");
  const find = (selector) => page.querySelector(selector);

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

  /** A picture that is only now as high as it is must not push the end out of sight. */
  lines?.addEventListener("load", (event) => {
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (below < NEAR_END + event.target.offsetHeight) toEnd();
  }, true);

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

  const due = new Set();
  /** Ask for parts of the page again (lists, head, foot), once for all that comes at once. */
  function refresh(...parts) {
    if (!due.size) {
      setTimeout(() => {
        due.forEach((part) => htmx.trigger(document.body, `${part}-changed`));
        due.clear();
      }, 150);
    }
    parts.forEach((part) => due.add(part));
  }

  const kindOf = (number) => document.getElementById(`item-${number}`)?.dataset.item;

  function takeLine(data) {
    refresh("lists");
    const open = String(data.handoff) === chat;
    let fresh = true; // a line comes again when its delivery changes, or its picture is there
    if (open && data.html) {
      const [stay, before] = [atEnd(), lines.children.length];
      putAll(data.html);
      fresh = lines.children.length > before;
      if (stay) toEnd();
      else if (fresh && data.theirs) find("[data-down]").hidden = false;
      seenSoon();
      refresh("head");
    }
    if (data.key && fresh) attention.call(data.key, open && looking());
  }

  function takeHandoff(data) {
    if (data.key && kindOf(data.handoff) !== "queue") attention.call(data.key);
    refresh("lists");
    if (String(data.handoff) !== chat) return;
    refresh("head");
    if (find("[data-foot]")?.dataset.state !== data.state) refresh("foot");
  }

  function takeNote(data) {
    const notes = find('[data-tab="notes"]');
    if (String(data.handoff) !== chat || !notes || notes.querySelector("textarea").value) return;
    htmx.ajax("GET", `${desk.base}${path}/notes`, "#side");
  }

  function takeGone(data) {
    refresh("lists");
    if (String(data.handoff) === chat) location.assign(`${desk.base}/chats`);
  }

  const takers = {
    line: takeLine,
    handoff: takeHandoff,
    note: takeNote,
    gone: takeGone,
    beat(_data, id) { sessionStorage.setItem("desk-news", id); }, // where attention.js goes on
    lost() { location.reload(); },
  };
  desk.listen("/live", page.dataset.feed, takers, (open) => {
    if (open && !stale.hidden) refresh("lists");
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
      if (document.querySelector(`#item-${chat} .badge`)) refresh("lists");
    } catch { /* the stream tells when the line is down */ }
  }

  const looking = () => document.hasFocus() && !document.hidden;

  function lookedAt() {
    if (document.hidden) return;
    seenSoon();
  }

  find("[data-down]")?.addEventListener("click", toEnd);
  find("[data-earlier]")?.addEventListener("click", (event) => loadEarlier(event.target));
  document.addEventListener("visibilitychange", lookedAt);
  addEventListener("focus", lookedAt);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  if (chat) {
    markDays();
    toEnd();
    tellSeen();
    setInterval(tellSeen, LOOKING);
  }
  return { page, chat, path, find, putAll, toEnd };
})();
