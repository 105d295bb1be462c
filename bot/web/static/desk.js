// What every page of the desk does in the browser: says what went wrong, keeps streams alive.
"use strict";

const desk = (() => {
  const base = document.body.dataset.base;

  /** Show a sentence above the page; the next one replaces it. */
  function notify(sentence, kind = "bad") {
    const notice = document.createElement("p");
    notice.className = `notice notice_${kind}`;
    notice.textContent = sentence;
    document.getElementById("notices").replaceChildren(notice);
  }

  /** Go to the sign-in page when an answer says so; whether it did. */
  function signInAgain(response) {
    const address = response.headers.get("HX-Redirect");
    if (response.status !== 401 || !address) return false;
    location.assign(address);
    return true;
  }

  /** fetch with the session's token. Throws an Error with the server's sentence. */
  async function send(path, options = {}) {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    const headers = { ...options.headers, ...token, "X-Requested-With": "fetch" };
    let response;
    try {
      response = await fetch(base + path, { ...options, headers });
    } catch {
      throw Object.assign(new Error("网络不通，操作没有执行。请检查网络后重试。"), { offline: true });
    }
    if (signInAgain(response)) throw new Error("请登录后继续。");
    if (!response.ok) throw new Error(await response.text());
    return response;
  }

  /**
   * An event stream that comes back by itself, also after the server refused it once.
   * `kinds`: name of event → function(data, id). `state(open)`: the line is up or down.
   * After a break it goes on after the last event id seen (query parameter `after`).
   * `silence`: ms after which a stream that says nothing counts as broken; 0: it may be silent.
   */
  function listen(path, after, kinds, state = () => {}, silence = 0) {
    let last = after, source, wait = 1000, pulse = 0, retry = 0;
    function open() {
      const mark = path.includes("?") ? "&" : "?";
      source = new EventSource(`${base}${path}${mark}after=${encodeURIComponent(last)}`);
      source.onopen = () => { wait = 1000; state(true); };
      source.onerror = broken;
      heard();
      for (const [kind, take] of Object.entries(kinds)) {
        source.addEventListener(kind, (event) => {
          heard();
          if (event.lastEventId) last = event.lastEventId;
          take(JSON.parse(event.data), event.lastEventId);
        });
      }
    }
    function heard() {
      clearTimeout(pulse);
      if (silence) pulse = setTimeout(broken, silence);
    }
    function broken() {
      clearTimeout(pulse);
      clearTimeout(retry);
      source.close();
      state(false);
      retry = setTimeout(again, wait);
      wait = Math.min(wait * 2, 15000);
    }
    async function again() {
      try { await send("/alive"); } catch { /* down, or on the way to the sign-in page */ }
      source.close();
      open();
    }
    addEventListener("offline", broken);
    addEventListener("online", () => { if (source.readyState === EventSource.CLOSED) { clearTimeout(retry); again(); } });
    addEventListener("pagehide", () => source.close());
    open();
  }

  document.addEventListener("htmx:responseError", (event) => {
    notify(event.detail.xhr.responseText.slice(0, 200));
  });
  document.addEventListener("htmx:sendError", () => {
    notify("网络不通，操作没有执行。请检查网络后重试。");
  });
  // A second click of an impatient person does nothing.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  // Forms that ask first: <form data-confirm="确定要停用吗？">
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  }, true);
  // Filters that apply at once: <form data-auto>
  document.addEventListener("change", (event) => {
    if (event.target.form?.hasAttribute("data-auto")) event.target.form.requestSubmit();
  });

  // A page made to be printed: <button type="button" data-print>
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  return { base, notify, send, listen };
})();
