/** The strip's five figures: each a value, its unit, its last ten minutes, and what is wrong with it. */

import { age, count, plural } from "../words/numbers.js";
import { lettersOf, sum } from "./sentence.js";
import { lastMinutes } from "./trend.js";

const OPEN_SECONDS = 60;
const DEEP_OUTBOX = 100;

/** Return the figures of the page's state. A value is null while it is not known. */
export function figures(state, now) {
  return [payments(state), oldest(state, now), events(state), outbox(state, now), letters(state, now)];
}

function payments({ estadisticas }) {
  const minutes = estadisticas?.data?.por_minuto;
  const values = minutes?.map((minute) => minute.creados);
  return {
    key: "pagos",
    label: "Pagos por minuto",
    value: values ? count(latest(values)) : null,
    unit: "/min",
    trend: values ?? [],
    note: absent(estadisticas),
  };
}

function oldest({ estadisticas, history }, now) {
  const ages = estadisticas?.data?.mas_antiguo_segundos;
  const seconds = ages && Math.max(0, ...Object.values(ages).filter((value) => value !== null));
  const open = estadisticas?.data ? Object.values(estadisticas.data.abiertos).reduce((all, one) => all + one, 0) : 0;
  const late = seconds > OPEN_SECONDS;
  return {
    key: "antiguo",
    label: "Pago más antiguo",
    value: ages ? (open ? age(seconds) : "ninguno") : null,
    unit: open ? `de ${plural(open, "abierto", "abiertos")}` : "",
    trend: lastMinutes(history.antiguo ?? [], now),
    tone: late ? "warn" : null,
    note: late ? "Espera más de un minuto" : absent(estadisticas),
    link: late ? "#/?estado=PROCESANDO" : null,
  };
}

function events({ ritmo }) {
  const values = ritmo?.data?.por_minuto.map((minute) =>
    Object.values(minute.por_tipo).reduce((all, one) => all + one, 0),
  );
  return {
    key: "eventos",
    label: "Eventos por minuto",
    value: values ? count(latest(values)) : null,
    unit: "/min",
    trend: values ?? [],
    note: absent(ritmo),
  };
}

function outbox({ outboxes, history }, now) {
  const known = outboxes?.data?.outboxes;
  const waiting = sum(known, "pendientes");
  const stopped = sum(known, "retenidos");
  const tone = stopped || waiting > DEEP_OUTBOX ? "warn" : null;
  return {
    key: "bandeja",
    label: "Bandeja de salida",
    value: known ? count(waiting) : null,
    unit: waiting === 1 ? "evento" : "eventos",
    trend: lastMinutes(history.bandeja ?? [], now),
    tone,
    note: stopped ? plural(stopped, "retenido", "retenidos") : tone ? "Sale más despacio de lo que entra" : absent(outboxes),
    link: tone ? "#/entregas" : null,
  };
}

function letters({ mapeos, history }, now) {
  const known = mapeos?.data?.mapeos;
  const { deciding, leaving } = lettersOf(known);
  const waiting = deciding + leaving;
  return {
    key: "cartas",
    label: "Cartas muertas",
    value: known ? count(waiting) : null,
    unit: waiting === 1 ? "carta" : "cartas",
    trend: lastMinutes(history.cartas ?? [], now),
    tone: waiting ? "warn" : null,
    note: deciding ? (leaving ? `${count(deciding)} por decidir` : "Ábralas y decida") : leaving ? "Se reenvían" : absent(mapeos),
    link: waiting ? "#/entregas" : null,
  };
}

/** Return the last whole minute's value: the current one is still being counted, unless it is already higher. */
function latest(values) {
  return Math.max(values.at(-1) ?? 0, values.at(-2) ?? 0);
}

function absent(source) {
  if (source?.error?.missing) return "Sin datos todavía";
  return source?.error ? "Sin respuesta" : null;
}
