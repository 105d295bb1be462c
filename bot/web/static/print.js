// Buttons that print the page: <button data-print>.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}
