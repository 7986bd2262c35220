/** The strip's one sentence: the worst of what is known, in words, and where to act on it. */

import { assess, isKnown } from "../health/assessment.js";
import { age, count, plural } from "../words/numbers.js";

const OPEN_SECONDS = 60; // a payment is usually final within a second
const PLACES = { Campañas: "campanas", Pulsar: "entregas" }; // where the page tells more of a part
const ORDER = { bad: 0, warn: 1 };
const ALL = new Intl.ListFormat("es", { type: "conjunction" });

/** Return `{tone, text, link, more}`; `more` counts the further remarks. `facts` is the page's state. */
export function sentence(facts, now) {
  const remarks = [...remarksOf(facts, now)];
  if (remarks.length === 0) {
    return isKnown(facts) ? { tone: "good", text: "Todo en orden", more: 0 } : { tone: "quiet", text: "Mirando la plataforma…", more: 0 };
  }
  const [worst] = remarks.toSorted((one, other) => ORDER[one.tone] - ORDER[other.tone]);
  return { ...worst, more: remarks.length - 1 };
}

/** What is down comes before what is silent, that before what is limited, and letters come last. */
function* remarksOf(facts, now) {
  if (facts.downSince) {
    const seconds = (now - facts.downSince) / 1000;
    yield bad(`La plataforma no responde desde hace ${age(seconds)}; esta página insiste y vuelve sola`);
    return;
  }
  const parts = assess(facts, now);
  const since = (name) => {
    const began = facts.troubles?.[name];
    return began && now - began >= 1000 ? ` desde hace ${age((now - began) / 1000)}` : "";
  };
  for (const part of parts) if (part.tone === "bad") yield bad(down(part, since(part.name)), PLACES[part.name] ?? "salud");
  yield* silence(parts, now);
  for (const part of parts) if (part.tone === "warn" && part.silence === undefined) yield limited(part, facts);
  yield* circuit(facts);
  yield* payments(facts);
  yield* delivery(facts);
}

function down({ name, word, detail }, since) {
  if (word === "no recibe") return `Nada llega a Pulsar ${detail}: todo se acepta y espera en la bandeja de salida`;
  if (name === "Pulsar") return `Pulsar no responde${since}: todo se acepta y espera en la bandeja de salida`;
  if (name === "Campañas") return word === "sin instancias" ? "Ninguna instancia de campañas puede servir" : `El proxy de campañas no responde${since}`;
  return detail ? `${name} no puede atender${since}: ${detail.replace(/\.$/, "")}` : `${name} no responde${since}`;
}

function* silence(parts, now) {
  const silent = parts.filter((part) => part.silence !== undefined);
  if (silent.length === 0) return;
  const since = Math.min(...silent.map((part) => part.silence));
  yield warn(`Sin noticias de ${ALL.format(silent.map((part) => part.name))} desde hace ${age((now - since) / 1000)}`, "salud");
}

function limited(part, facts) {
  if (part.name !== "Campañas") return warn(`${part.name} ${part.word}${part.detail ? `: ${part.detail}` : ""}`, "salud");
  const { primary } = facts.campanasEstado.data.backends;
  if (!primary.healthy) return warn("La primaria de campañas está fuera: sirve la réplica y nadie lo nota", "campanas");
  return warn("La réplica de campañas está fuera: la primaria sirve sola", "campanas");
}

function* circuit({ campanasEstado }) {
  const { proxy, backends } = campanasEstado?.data ?? {};
  if (proxy?.active_backend === "replica" && backends.primary.healthy) yield warn("La primaria de campañas ha vuelto; todavía sirve la réplica", "campanas");
}

function* delivery({ outboxes, mapeos }) {
  const parked = sum(outboxes?.data?.outboxes, "retenidos");
  if (parked) yield warn(`${plural(parked, "evento retenido", "eventos retenidos")} sin publicar`, "entregas");
  const { deciding, leaving } = lettersOf(mapeos?.data?.mapeos);
  const others = leaving ? `${count(leaving)} se ${leaving === 1 ? "reenvía" : "reenvían"}` : null;
  if (deciding) yield warn([`${plural(deciding, "carta muerta espera", "cartas muertas esperan")} una decisión`, others].filter(Boolean).join(", "), "entregas");
  else if (leaving) yield warn(plural(leaving, "carta muerta se reenvía", "cartas muertas se reenvían"), "entregas");
}

function* payments({ estadisticas }) {
  const ages = Object.values(estadisticas?.data?.mas_antiguo_segundos ?? {}).filter((value) => value !== null);
  const oldest = Math.max(0, ...ages);
  if (oldest <= OPEN_SECONDS) return;
  const open = Object.values(estadisticas.data.abiertos).reduce((total, value) => total + value, 0);
  yield warn(`${plural(open, "pago sin desenlace", "pagos sin desenlace")}; el más antiguo espera desde hace ${age(oldest)}`, "pagos");
}

/** Return how many letters wait for a decision, and how many of all that wait have their redrive requested. */
export function lettersOf(mappings) {
  const leaving = sum(mappings, "reenvios");
  return { deciding: Math.max(0, sum(mappings, "cartas") - leaving), leaving };
}

/** Return the sum of a field of documents; null values, which are unknown, count nothing. */
export function sum(documents, field) {
  return (documents ?? []).reduce((total, document) => total + (document[field] ?? 0), 0);
}

const bad = (text, link = null) => ({ tone: "bad", text, link });
const warn = (text, link = null) => ({ tone: "warn", text, link });
