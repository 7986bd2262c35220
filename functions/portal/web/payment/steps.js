/** The steps of one payment on one time axis, joined from `trazabilidad` and the reports. Times are milliseconds. */

import { milliseconds } from "../words/instants.js";

const OPENS_GATEWAY = new Set(["PagoEnProceso", "ReversoSolicitado"]);
const UNANSWERED = new Set(["PagoSinRespuesta", "ReversoSinRespuesta"]);
const ANSWERS = new Set([...UNANSWERED, "PagoExitoso", "PagoFallido", "PagoRevertido", "ReversoRechazado"]);
const INTERRUPTED_MS = 10_000; // between claim and question there is only a commit
const LOOKED_UP = "Primero se buscó el pago en la pasarela; solo si no estaba se volvió a pedir. ";
const OUTCOMES = {
  PagoPendiente: "Guardado como PENDIENTE, con su evento, en una transacción",
  PagoExitoso: "EXITOSO",
  PagoFallido: "FALLIDO",
  PagoRevertido: "REVERSADO",
  ReversoRechazado: "La pasarela rechazó el reverso",
};

/**
 * Return the payment's phases: the payment itself, and each reversal, which may come days later and has an axis of its
 * own. A phase is `{title, from, to, steps}`, a step `{kind, label, text, from, to, open, source}`: an `open` step
 * lasts until `now`, and a step without duration is a mark.
 */
export function phasesOf(pasos, contado, now) {
  const phases = [];
  for (const paso of pasos) {
    if (phases.length === 0 || paso.evento === "ReversoSolicitado") phases.push({ title: titleOf(paso), pasos: [] });
    phases.at(-1).pasos.push(paso);
  }
  return phases.map(({ title, pasos: own }, index) => {
    const steps = stepsOf(own, index === phases.length - 1 ? contado : null, now);
    const from = Math.min(...steps.map((step) => step.from));
    const to = Math.max(...steps.map((step) => step.to));
    return { title, from, to, steps };
  });
}

const titleOf = (paso) => (paso.evento === "ReversoSolicitado" ? "Reverso" : "Pago");

function stepsOf(pasos, contado, now) {
  const steps = [];
  let attempt = null; // the next attempt at the gateway; the claim or the attempt before it was at `since`
  let published = null; // the latest message on a topic
  for (const paso of pasos) {
    const at = milliseconds(paso.fecha);
    if (paso.evento === "PagoPendiente") steps.push(mark("store", "Solicitud y commit", OUTCOMES.PagoPendiente, at, paso));
    if (paso.evento === "ReversoSolicitado") steps.push(mark("store", "Reverso pedido", `Motivo: ${paso.detalle}`, at, paso));
    if (OPENS_GATEWAY.has(paso.evento)) {
      if (published) steps.push(topicStep(published, at));
      published = null;
      attempt = { number: 1, since: at, claim: paso };
    }
    if (ANSWERS.has(paso.evento)) {
      if (attempt) steps.push(...attemptSteps(attempt, paso, at));
      attempt = UNANSWERED.has(paso.evento) ? { number: attempt?.number + 1, since: at } : null;
      if (paso.evento in OUTCOMES) steps.push(mark("outcome", OUTCOMES[paso.evento], paso.detalle, at, paso));
    }
    if (paso.topico) {
      const sent = paso.fecha_publicacion && milliseconds(paso.fecha_publicacion);
      steps.push(outboxStep(paso, at, sent, now));
      if (sent) published = { paso, sent };
    }
  }
  const last = pasos.at(-1);
  if (attempt) steps.push(openAttempt(attempt, now));
  else if (published && last.estado === "PENDIENTE") steps.push({ ...topicStep(published, now), open: true });
  if (contado) steps.push(...reportSteps(pasos, contado));
  return steps;
}

const mark = (kind, label, text, at, source) => ({ kind, label, text: text ?? null, from: at, to: at, open: false, source });

function outboxStep(paso, at, sent, now) {
  return {
    kind: "outbox",
    label: "Bandeja de salida",
    text: sent ? `El relevo lo publicó en ${paso.topico}` : `Espera a que el relevo lo publique en ${paso.topico}`,
    gap: "esperar en la bandeja de salida a que el relevo lo publicara",
    from: at,
    to: sent || now,
    open: !sent,
    source: paso,
  };
}

function topicStep({ paso, sent }, at) {
  return {
    kind: "topic",
    label: "Tópico y entrega",
    text: `En ${paso.topico} hasta que procesar-pagos lo tomó`,
    gap: "esperar en el tópico hasta que procesar-pagos lo tomó",
    from: sent,
    to: at,
    open: false,
    source: paso,
  };
}

/** An attempt, after the wait for it, or after the claim before the first one. */
function attemptSteps({ number, since, claim }, paso, at) {
  const recorded = paso.fecha_pregunta ? milliseconds(paso.fecha_pregunta) : null;
  const merged = number > 1 && recorded === null; // an event of before the question's time was recorded
  const asked = {
    kind: "gateway",
    label: merged ? `Espera e intento ${number}` : paso.consultado_antes ? `Consulta e intento ${number}` : `Pasarela, intento ${number}`,
    text: `${paso.consultado_antes ? LOOKED_UP : ""}${answerOf(paso)}`,
    gap: merged ? `esperar y repetir: el intento ${number}` : `el intento ${number} en la pasarela`,
    from: recorded ?? since,
    to: at,
    open: false,
    failed: UNANSWERED.has(paso.evento),
    source: paso,
  };
  if (recorded === null) return [asked];
  return [claim ? claimStep(claim, since, recorded) : waitStep(number, since, recorded, paso), asked];
}

/** The claim is stored before the gateway is asked; that takes long only if the process died in between. */
function claimStep(claim, from, to) {
  const died = to - from >= INTERRUPTED_MS;
  return {
    kind: died ? "wait" : "claim",
    label: died ? "Interrupción" : "Preparación",
    text: died ? "El proceso se interrumpió sin anotar una respuesta; se pregunta otra vez con la misma clave" : "Guardado antes de preguntar a la pasarela: desde aquí puede haberse movido el dinero",
    gap: died ? "la interrupción antes de la pregunta a la pasarela" : "preparar la pregunta a la pasarela",
    from,
    to,
    open: false,
    source: claim,
  };
}

function answerOf(paso) {
  if (!UNANSWERED.has(paso.evento)) return "La pasarela respondió";
  const unknown = paso.evento === "PagoSinRespuesta" ? "no se sabe si pagó" : "no se sabe si devolvió el dinero";
  return `Sin respuesta, ${unknown}: ${paso.detalle ?? "causa desconocida"}`;
}

function waitStep(number, from, to, source) {
  const why = source.consultado_antes ? "Hasta que la conciliación lo tomó" : "Hasta que el mensaje se entregó otra vez";
  return {
    kind: "wait",
    label: "Espera",
    text: `${why}. La clave es la misma: nunca se paga dos veces`,
    gap: `la espera antes del intento ${number}`,
    from,
    to,
    open: false,
    source,
  };
}

function openAttempt({ number, since }, now) {
  const waiting = number > 1;
  return {
    kind: waiting ? "wait" : "gateway",
    label: waiting ? `Espera el intento ${number}` : `Pasarela, intento ${number}`,
    text: waiting ? "El resultado es desconocido: se pregunta otra vez con la misma clave" : "Se espera la respuesta",
    gap: waiting ? `la espera del intento ${number}` : `el intento ${number} en la pasarela`,
    from: since,
    to: now,
    open: true,
    source: null,
  };
}

/** The report counts a payment with its latest event; an earlier event in it means that the latest is on its way. */
function reportSteps(pasos, contado) {
  const paso = pasos.find((one) => one.id_evento === contado.event?.id);
  if (!paso?.fecha_publicacion) return [];
  const from = milliseconds(paso.fecha_publicacion);
  const to = Math.max(from, milliseconds(contado.countedAt));
  return [
    {
      kind: "report",
      label: "Informe",
      text: `Contado como ${contado.status}`,
      gap: "la proyección hasta que el informe lo contó",
      from,
      to,
      open: false,
      source: { ...contado, fecha: contado.countedAt },
    },
  ];
}
