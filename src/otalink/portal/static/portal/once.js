// The second of two quick clicks is not sent: the link has been used by the first, whose answer is on its way.
"use strict";
const sent = new WeakSet();
addEventListener("submit", (event) => {
  if (sent.has(event.target)) event.preventDefault();
  sent.add(event.target);
});
// Whoever comes back to the page may send its form again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
