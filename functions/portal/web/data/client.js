/** Requests to the contexts' APIs: relative URLs, so that the page works below a stage's path too. */

const PATIENCE_MS = 10_000;

/** An answer that is no success. `code` is the problem's `codigo`; `status` is 0 when nothing answered. */
export class Problem extends Error {
  constructor({ status = 0, code = null, detail }) {
    super(detail);
    this.status = status;
    this.code = code;
  }

  /** Whether the platform itself does not answer, rather than one of its parts. */
  get unreachable() {
    return this.status === 0 || this.code === "servicio-no-disponible" || (this.status >= 502 && !this.code);
  }

  /** Whether this platform does not have the route (yet). */
  get missing() {
    return this.status === 404 && (this.code === "ruta-no-encontrada" || !this.code);
  }
}

/** Read a document. With the tag of a known one, return null if that is still current. */
export async function read(url, { etag } = {}) {
  const answer = await request(url, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
  if (answer.status === 304) return null;
  return { data: await body(answer), etag: answer.headers.get("ETag"), headers: answer.headers };
}

/** Send a command under an idempotency key, so that a repeated click does it once. */
export async function send(method, url, document, key) {
  const headers = { "Idempotency-Key": key };
  if (document !== undefined) headers["Content-Type"] = "application/json";
  const answer = await request(url, { method, headers, body: JSON.stringify(document) });
  return answer.status === 204 ? null : body(answer);
}

async function request(url, options) {
  let answer;
  try {
    answer = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Problem({ detail: "No hay respuesta." });
  }
  if (answer.ok || answer.status === 304) return answer;
  throw await problem(answer);
}

async function problem(answer) {
  try {
    const document = await answer.json();
    const detail = document.detail ?? document.error?.message ?? `Respuesta ${answer.status}.`;
    const fields = (document.errores ?? []).map((error) => error.mensaje ?? error.detail).filter(Boolean);
    return new Problem({ status: answer.status, code: document.codigo, detail: [detail, ...fields].join(" ") });
  } catch {
    return new Problem({ status: answer.status, detail: `Respuesta ${answer.status}.` });
  }
}

async function body(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Problem({ status: answer.status, detail: "La respuesta no es JSON." });
  }
}
