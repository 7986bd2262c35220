/** The page's addresses: `#/`, `#/?afiliado=…&estado=…`, `#/pagos/<id>`, and `#/<section>`. */

export const SECTIONS = ["pagos", "eventos", "campanas", "salud", "entregas", "informes", "simulador"];

/** Read an address into `{page, section, id, filter}`; `page` is "home", "payment" or "unknown". */
export function parse(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [section, id, ...rest] = path.split("/").filter(Boolean).map(decoded);
  const parameters = new URLSearchParams(query);
  const filter = { afiliado: parameters.get("afiliado") ?? "", estado: parameters.get("estado") ?? "" };
  const isSection = section === undefined || SECTIONS.includes(section) || !hash.startsWith("#/"); // "#contenido" is a place on the page
  if (!isSection || id === "" || rest.length || (id && section !== "pagos")) return { page: "unknown", section: null, id: null, filter };
  if (id) return { page: "payment", section, id: id.toLowerCase(), filter };
  return { page: "home", section: SECTIONS.includes(section) ? section : null, id: null, filter };
}

/** Return the address of the lanes with a filter. */
export function addressOf({ afiliado, estado }) {
  const query = new URLSearchParams();
  if (afiliado) query.set("afiliado", afiliado);
  if (estado) query.set("estado", estado);
  return `#/${query.size ? `?${query}` : ""}`;
}

/** Whether a text has the form of an id. */
export function isId(text) {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
