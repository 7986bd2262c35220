/** The parts of the platform and how each is. The strip's sentence and the part "Salud" are both made from this. */

import { whoServes } from "../campaigns/serves.js";
import { age } from "../words/numbers.js";
import { current, isFailure, silenceOf } from "./news.js";
import { broker, database } from "./stores.js";

const GOOD = { tone: "good", word: "bien" };
const UNKNOWN = { tone: "quiet", word: "…" };
const ORDER = { bad: 0, warn: 1, quiet: 2, good: 3 };
const ESSENTIAL = ["estadisticas", "ritmo", "outboxes", "mapeos", "campanasEstado"]; // read whatever is on the screen

/**
 * Return the parts as `{name, tone, word, detail, silence}`, the worst first. `silence` is since when a part that was
 * asked has not answered; then nothing older counts. `state.attention` is what the polling knows of its sources.
 */
export function assess(state, now) {
  const parts = [
    broker(state, now),
    database(state),
    part("Pagos", state, now, ["pagosSalud", "estadisticas", "pagos"], (body) => dependencies(body.dependencias)),
    part("Campañas", state, now, ["campanasEstado"], campaigns),
    part("Informes", state, now, ["informesSalud"], (body) => ({
      ...dependencies(body.dependencies, body.status),
      ...(body.status !== "degraded" && body.readModel && { detail: `al día en ${Math.round(body.readModel.lagMilliseconds ?? 0)} ms` }),
    })),
    part("Recolector de eventos", state, now, ["eventosSalud", "ritmo"], (body) => dependencies(body.dependencias)),
    part("Conector de Pulsar", state, now, ["mapeos", "outboxes"], () => GOOD),
  ];
  return parts.toSorted((one, other) => ORDER[one.tone] - ORDER[other.tone]);
}

/** Whether everything has answered that the sentence needs before it may say that all is well. */
export function isKnown(state) {
  return ESSENTIAL.every((key) => {
    const source = state[key];
    return !state.attention?.awaited.includes(key) && Boolean(source?.data || source?.error);
  });
}

/** The first source tells how the part is; the others tell only whether it answers. */
function part(name, state, now, keys, look) {
  const found = keys.map((key) => current(state, key)).filter(Boolean);
  const failed = found.find(({ error }) => error && isFailure(error));
  if (failed) return { name, tone: "bad", word: "no responde", detail: failed.error.message };
  const silence = silenceOf(state, keys);
  if (silence !== null) return { name, tone: "warn", word: "sin noticias", detail: `desde hace ${age((now - silence) / 1000)}`, silence };
  const told = current(state, keys[0]);
  if (told?.data && !told.error) return { name, ...look(told.data) };
  if (found.some(({ data, error }) => data && !error)) return { name, ...GOOD };
  return found.some(({ error }) => error) ? { name, tone: "quiet", word: "no lo dice" } : { name, ...UNKNOWN };
}

function dependencies(named, status) {
  const failing = Object.entries(named ?? {}).filter(([, condition]) => condition !== "ok");
  if (failing.length === 0 && status !== "degraded") return GOOD;
  return { tone: "warn", word: "con límites", detail: failing.map(([name, condition]) => `${name}: ${condition}`).join(", ") };
}

function campaigns(status) {
  const { primary, replica } = status.backends;
  if (primary.healthy && replica.healthy) return { ...GOOD, detail: "las dos instancias" };
  if (primary.healthy || replica.healthy) return { tone: "warn", word: "con una instancia", detail: `sirve la ${whoServes(status) === "primary" ? "primaria" : "réplica"}` };
  return { tone: "bad", word: "sin instancias" };
}
