/** The words and the tone of each state; the tone chooses colour and mark, so no state is told by colour alone. */

export const PAYMENT_STATES = {
  PENDIENTE: { word: "Pendiente", tone: "waiting" },
  PROCESANDO: { word: "Procesando", tone: "working" },
  EXITOSO: { word: "Exitoso", tone: "good" },
  FALLIDO: { word: "Fallido", tone: "bad" },
  REVERSADO: { word: "Reversado", tone: "undone" },
};

export const EVENT_STATES = {
  RECIBIDO: { word: "Recibido", tone: "waiting" },
  PUBLICADO: { word: "Publicado", tone: "working" },
  PROCESADO: { word: "Procesado", tone: "good" },
  FALLIDO: { word: "Fallido", tone: "bad" },
};

export const CAMPAIGN_STATES = {
  CREATED: { word: "Creada", tone: "waiting" },
  ACTIVE: { word: "Activa", tone: "good" },
  PAUSED: { word: "En pausa", tone: "undone" },
  COMPLETED: { word: "Terminada", tone: "quiet" },
  CANCELLED: { word: "Cancelada", tone: "quiet" },
};

export const EVENT_TYPES = {
  IMPRESSION: "Impresiones",
  CLICK: "Clics",
  CONVERSION: "Conversiones",
  PAGE_VIEW: "Páginas vistas",
};

export const EVENT_TYPE = { IMPRESSION: "Impresión", CLICK: "Clic", CONVERSION: "Conversión", PAGE_VIEW: "Página vista" };

export const FINAL = new Set(["EXITOSO", "FALLIDO", "REVERSADO"]);

/** Return the word and tone of a state, also of one that this page does not know yet. */
export function stateOf(states, name) {
  return states[name] ?? { word: name ?? "—", tone: "quiet" };
}
