/** The strip's one sentence: the worst of what is known, in words, and where to act on it. */

import { age, plural } from "../words/numbers.js";

const OUTBOX_SECONDS = 5; // an event usually leaves in a tenth of a second
const OPEN_SECONDS = 60; // a payment is usually final within a second

/** Return `{tone, text, link, more}`; `more` counts the further remarks. `facts` is the page's state. */
export function sentence(facts, now) {
  const remarks = [...remarksOf(facts, now)];
  if (remarks.length === 0) return { tone: known(facts) ? "good" : "quiet", text: known(facts) ? "Todo en orden" : "Mirando la plataforma…", more: 0 };
  const order = { bad: 0, warn: 1 };
  const [worst] = remarks.toSorted((one, other) => order[one.tone] - order[other.tone]);
  return { ...worst, more: remarks.length - 1 };
}

function known(facts) {
  return Boolean(facts.estadisticas?.data || facts.campanasEstado?.data || facts.pagos?.data);
}

function* remarksOf(facts, now) {
  if (facts.downSince) {
    const seconds = (now - facts.downSince) / 1000;
    yield bad(`La plataforma no responde desde hace ${age(seconds)}; esta página insiste y vuelve sola`);
    return;
  }
  yield* database(facts);
  yield* campaigns(facts);
  yield* delivery(facts);
  yield* payments(facts);
}

function* database({ pagos, estadisticas }) {
  const error = pagos?.error ?? estadisticas?.error;
  if (error && error.status >= 500) yield bad(`Pagos no puede atender: ${error.message.replace(/\.$/, "")}`, "salud");
}

function* campaigns({ campanasEstado }) {
  const status = campanasEstado?.data;
  if (campanasEstado?.error && !campanasEstado.error.missing) yield bad("El proxy de campañas no responde", "campanas");
  else if (status) {
    const { primary, replica } = status.backends;
    if (!primary.healthy && !replica.healthy) yield bad("Ninguna instancia de campañas puede servir", "campanas");
    else if (!primary.healthy || status.proxy.active_backend === "replica")
      yield warn("La primaria de campañas está fuera: sirve la réplica y nadie lo nota", "campanas");
    else if (!replica.healthy) yield warn("La réplica de campañas está fuera: la primaria sirve sola", "campanas");
  }
}

function* delivery({ outboxes, mapeos }) {
  const oldest = Math.max(0, ...(outboxes?.data?.outboxes ?? []).map((outbox) => outbox.mas_antiguo_segundos ?? 0));
  if (oldest > OUTBOX_SECONDS)
    yield bad(`Nada llega a Pulsar desde hace ${age(oldest)}: todo se acepta y espera en la bandeja de salida`, "entregas");
  const parked = sum(outboxes?.data?.outboxes, "retenidos");
  if (parked) yield warn(`${plural(parked, "evento retenido", "eventos retenidos")} sin publicar`, "entregas");
  const letters = sum(mapeos?.data?.mapeos, "cartas");
  if (letters) yield warn(`${plural(letters, "carta muerta espera", "cartas muertas esperan")} una decisión`, "entregas");
}

function* payments({ estadisticas }) {
  const ages = Object.values(estadisticas?.data?.mas_antiguo_segundos ?? {}).filter((value) => value !== null);
  const oldest = Math.max(0, ...ages);
  if (oldest <= OPEN_SECONDS) return;
  const open = Object.values(estadisticas.data.abiertos).reduce((total, value) => total + value, 0);
  yield warn(`${plural(open, "pago sin desenlace", "pagos sin desenlace")}; el más antiguo espera desde hace ${age(oldest)}`, "pagos");
}

/** Return the sum of a field of documents; null values, which are unknown, count nothing. */
export function sum(documents, field) {
  return (documents ?? []).reduce((total, document) => total + (document[field] ?? 0), 0);
}

const bad = (text, link = null) => ({ tone: "bad", text, link });
const warn = (text, link = null) => ({ tone: "warn", text, link });
