// Before anything is painted, so that nobody who chose dark sees a white flash.
(function () {
  var chosen = null;
  try {
    if (location.pathname === "/embed") chosen = new URLSearchParams(location.search).get("theme");
    if (!chosen) chosen = localStorage.getItem("roomdesk.theme");
  } catch (_) {}
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
