(function (d, n) {
  var s = d.currentScript, c = s.dataset, u = new URL("events", s.src).href, q;
  function id() { return crypto.getRandomValues(new Uint32Array(4)).join("-"); }
  try { q = sessionStorage.aero = sessionStorage.aero || id(); } catch (e) { q = id(); }
  window.aero = function (t, x) {
    return n.sendBeacon(u, JSON.stringify(Object.assign({
      tipo_evento: t, id_afiliado: c.afiliado, id_campana: c.campana || null, url: location.href.slice(0, 8e3),
      referrer: d.referrer.slice(0, 2e3) || null, id_sesion: q, id_evento_cliente: id()
    }, x)));
  };
  aero(c.evento || "PAGE_VIEW");
})(document, navigator);
