// While the page itself is on its way: asks the desk who is there, with the token that was kept, and for what the page of
// this address is made of, so that these do not wait for one another. Of whom nothing was kept is asked to sign in.
(function () {
  var KEPT_AS = "roomdesk.refresh";
  function kept() {
    try {
      return localStorage.getItem(KEPT_AS);
    } catch (_) {
      return null;
    }
  }
  if (location.pathname === "/embed" || kept() === null) return;
  document.documentElement.dataset.session = "kept";

  document.querySelectorAll('meta[name="page"]').forEach(function (meta) {
    var files = meta.content.split(" ");
    var address = files.shift();
    var isBelow = address.endsWith("/*") && location.pathname.startsWith(address.slice(0, -1));
    if (location.pathname !== address && !isBelow) return;
    files.forEach(function (file) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", crossOrigin: "", href: file }));
    });
  });

  // A refresh token is good once: the next one is kept before another tab may show it (see src/session/tokens.ts).
  async function renew() {
    var token = kept();
    if (token === null) return null;
    var response = await fetch("/api/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken: token }),
    });
    if (response.ok) localStorage.setItem(KEPT_AS, (await response.clone().json()).refreshToken);
    return response;
  }
  window.roomdeskRenewal = navigator.locks ? navigator.locks.request(KEPT_AS, renew) : renew();
  window.roomdeskRenewal.catch(function () {});
})();
