/** The page's commands. Each asks first: it returns what the dialog says, and what is sent once it is confirmed. */

import { money, plural } from "../words/numbers.js";
import { send } from "./client.js";

export function revert(pago) {
  return {
    title: "Revertir el pago",
    text: [
      `La pasarela devolverá ${money(pago.monto, pago.moneda)} de ${pago.id_afiliado}, una sola vez y por completo.`,
      "El pago quedará REVERSADO, dejará de contar en los informes y en el gasto de su campaña. No se puede deshacer.",
    ],
    field: "Motivo",
    confirm: "Revertir",
    danger: true,
    act: async (key, motivo) => (await send("PATCH", `pagos/${pago.id}/revertir`, { motivo }, key)).mensaje,
  };
}

export function retryEvent(evento) {
  return {
    title: "Reintentar el evento",
    text: `Se publica otra vez para sus consumidores. Lo que ya contó no cuenta dos veces. Falló porque: ${evento.motivo}`,
    confirm: "Reintentar",
    act: async (key) => {
      await send("POST", `event-collector/events/${evento.id_evento}/retry`, {}, key);
      return "El evento se publica otra vez.";
    },
  };
}

export function redrive(carta) {
  return {
    title: "Reenviar la carta",
    text: `El mensaje vuelve a ${carta.topico}, solo para ${carta.funcion ?? carta.mapeo}, y sus intentos empiezan de nuevo. Si falla otra vez, vuelve aquí.`,
    confirm: "Reenviar",
    act: async (key) => {
      await send("POST", `connector/dead-letters/${carta.id}/redrive`, undefined, key);
      return "La carta está en camino.";
    },
  };
}

export function redriveAll(mapeo) {
  return {
    title: `Reenviar las cartas de ${mapeo.nombre}`,
    text: "Todas vuelven a su tópico, y sus intentos empiezan de nuevo. Arregle antes la causa: las que fallen otra vez vuelven aquí.",
    confirm: "Reenviar todas",
    act: async (key) => {
      const { aceptadas, rechazadas } = await send("POST", "connector/dead-letters/redrive", { mapeo: mapeo.nombre }, key);
      const kept = rechazadas ? ` ${plural(rechazadas, "se queda", "se quedan")} aquí, con su motivo.` : "";
      return `${plural(aceptadas, "carta está en camino", "cartas están en camino")}.${kept}`;
    },
  };
}

export function discard(carta) {
  return {
    title: "Descartar la carta",
    text: "El mensaje se borra y no se procesará nunca. Descárguelo antes si puede hacer falta.",
    confirm: "Descartar",
    danger: true,
    act: async (key) => {
      await send("DELETE", `connector/dead-letters/${carta.id}`, undefined, key);
      return "La carta se descartó.";
    },
  };
}

export function switchVersion(active, canary) {
  const share = canary ? ` y ${canary.version} al ${canary.percent} % de los afiliados` : "";
  return {
    title: "Cambiar la versión de los informes",
    text: `Los informes servirán ${active}${share} a partir del próximo segundo, en todas partes, sin desplegar nada y sin que falle ninguna solicitud. Puede volver atrás igual de rápido.`,
    confirm: "Cambiar",
    act: async (key) => {
      await send("PUT", "api/reports/version", canary ? { active, canary } : { active }, key);
      return `Los informes sirven ${active}${share}.`;
    },
  };
}

/** Send the example of an empty part: it needs no question, since its command is on the screen. */
export function sendExample(path, document) {
  return send("POST", path, document, crypto.randomUUID());
}
