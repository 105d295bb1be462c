// Calls attention on every page: a tone, a count in the title, a badge at the chats' entry.
"use strict";

const attention = (() => {
  const MOST = 200; // keys that are remembered
  const PERIOD = 5000; // ms between two looks for news, on pages without a stream
  const title = document.title;
  const button = document.querySelector("[data-sound]");
  const badge = document.querySelector("[data-news]");
  let missed = 0;
  let used = false; // somebody touched the page since the last look for news

  // What was heard in one tab is not heard again in another.
  const heard = () => JSON.parse(localStorage.getItem("desk-heard") || "[]");
  function mark(key) {
    const known = heard();
    if (known.includes(key)) return false;
    localStorage.setItem("desk-heard", JSON.stringify([...known, key].slice(-MOST)));
    return true;
  }

  const sound = {
    context: new AudioContext(),
    get on() { return localStorage.getItem("desk-sound") !== "off"; },
    /** Browsers keep a page silent until somebody has touched it. */
    get blocked() { return this.context.state === "suspended"; },
    show() {
      button.setAttribute("aria-pressed", String(this.on && !this.blocked));
      button.textContent = !this.on ? "提示音关" : this.blocked ? "点击开提示音" : "提示音开";
    },
    async turn() {
      const allow = this.on && this.blocked;
      if (!allow) localStorage.setItem("desk-sound", this.on ? "off" : "on");
      if (this.on) {
        await this.context.resume();
        this.play();
      }
      this.show();
    },
    play() {
      if (this.blocked) return;
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

  /** Something new, known by its key; `seen`: the person is looking at it already. */
  function call(key, seen = false) {
    const fresh = mark(key);
    if (seen) return;
    if (fresh && sound.on) sound.play();
    if (document.hasFocus() && !document.hidden) return;
    missed += 1;
    document.title = `(${missed}) 新消息 · ${title}`;
  }

  function lookedAt() {
    if (document.hidden) return;
    missed = 0;
    document.title = title;
  }

  function count(news) {
    const all = news.waiting + news.unread;
    badge.hidden = !all;
    badge.textContent = all < 100 ? all : "99+";
    badge.setAttribute("aria-label", `排队${news.waiting}个，未读${news.unread}条`);
  }

  /** Look for news again and again; the number is kept for the tab's next page. */
  async function look() {
    const after = sessionStorage.getItem("desk-news") || "";
    const use = used ? "&used=1" : ""; // a page left open keeps nobody signed in, or on duty
    used = false;
    try {
      const headers = { "X-Requested-With": "fetch" };
      const answer = await fetch(`${desk.base}/news?after=${after}${use}`, { headers });
      // Signed out: whoever types something here is not sent away from it.
      if (answer.status === 401 || answer.status === 403) return;
      if (answer.ok) {
        const news = await answer.json();
        news.keys.forEach((key) => (after ? heard().includes(key) || call(key) : mark(key)));
        sessionStorage.setItem("desk-news", news.after);
        count(news);
      }
    } catch { /* the network is down: the next look tells */ }
    setTimeout(look, PERIOD);
  }

  sound.context.addEventListener("statechange", () => sound.show());
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, (event) => {
      used = true;
      if (!event.target.closest?.("[data-sound]")) sound.context.resume();
    });
  }
  button.addEventListener("click", () => sound.turn());
  addEventListener("storage", () => sound.show());
  document.addEventListener("visibilitychange", lookedAt);
  addEventListener("focus", lookedAt);
  sound.show();
  if (!document.querySelector("[data-feed]")) look();

  return { call };
})();
