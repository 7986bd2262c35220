/** How Pulsar and PostgreSQL are. They have no API for the page, so it is read from what their users say of them. */

import { age } from "../words/numbers.js";
import { current, silenceOf } from "./news.js";

const OUTBOX_SECONDS = 5; // an event usually leaves in a tenth of a second
const GOOD = { tone: "good", word: "bien" };

/** The connector counts what waits at the broker, unless the broker does not tell; and the outboxes grow old without it. */
export function broker(state, now) {
  const name = "Pulsar";
  const lags = current(state, "mapeos")?.data?.mapeos.map((mapping) => mapping.retraso) ?? [];
  const oldest = Math.max(0, ...(current(state, "outboxes")?.data?.outboxes ?? []).map((outbox) => outbox.mas_antiguo_segundos ?? 0));
  if (oldest > OUTBOX_SECONDS) return { name, tone: "bad", word: "no recibe", detail: `desde hace ${age(oldest)}` };
  if (lags.length && lags.every((lag) => lag === null)) return { name, tone: "bad", word: "no responde" };
  const silence = silenceOf(state, ["mapeos"]);
  if (silence !== null) return { name, tone: "warn", word: "sin noticias", detail: `desde hace ${age((now - silence) / 1000)}`, silence };
  if (lags.length && !current(state, "mapeos").error) return { name, ...GOOD, detail: "recibe y entrega" };
  const connector = current(state, "informesSalud")?.data?.dependencies?.connector;
  if (connector && connector !== "ok") return { name, tone: "warn", word: "no entrega" };
  return { name, tone: "quiet", word: "no lo dice" };
}

/** Payments' statistics are read from the database; what they refuse with names it. */
export function database(state) {
  const name = "PostgreSQL";
  const sources = ["pagosSalud", "estadisticas"].map((key) => current(state, key)).filter(Boolean);
  if (sources.some(({ error }) => error?.status >= 500)) return { name, tone: "bad", word: "no responde" };
  const silence = silenceOf(state, ["pagosSalud", "estadisticas"]);
  if (silence !== null) return { name, tone: "warn", word: "sin noticias", silence };
  return sources.some(({ data, error }) => data && !error) ? { name, ...GOOD } : { name, tone: "quiet", word: "…" };
}
