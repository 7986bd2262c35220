/** The simulator's faults: what each does, its slider, and the presets. */

export const FAULTS = [
  { name: "decline_rate", label: "Rechazos", effect: "rechazado para siempre", share: true },
  { name: "error_rate", label: "Errores", effect: "500 o 503, no se paga nada", share: true },
  { name: "timeout_rate", label: "Sin respuesta", effect: "la conexión calla, no se paga nada", share: true },
  { name: "lost_answer_rate", label: "Respuestas perdidas", effect: "se paga, pero la respuesta se pierde", share: true },
  { name: "latency_ms", label: "Latencia", effect: "antes de cada respuesta", max: 3000, step: 50 },
  { name: "jitter_ms", label: "Variación", effect: "al azar, se suma a la latencia", max: 2000, step: 50 },
];

const ROUNDING = 1e-9;
const NONE = { decline_rate: 0, error_rate: 0, timeout_rate: 0, lost_answer_rate: 0, latency_ms: 0, jitter_ms: 0 };

export const PRESETS = [
  { name: "En calma", faults: NONE },
  { name: "Tranquilo", faults: { ...NONE, decline_rate: 0.02, latency_ms: 150, jitter_ms: 100 } },
  { name: "Un mal día", faults: { ...NONE, decline_rate: 0.1, error_rate: 0.15, timeout_rate: 0.05, lost_answer_rate: 0.1, latency_ms: 400, jitter_ms: 600 } },
];

/** Return the change of one share; the others shrink if all would be more than the whole. */
export function withFault(faults, name, value) {
  if (!name.endsWith("_rate")) return { [name]: value };
  const others = FAULTS.filter((fault) => fault.share && fault.name !== name);
  const rest = others.reduce((total, fault) => total + faults[fault.name], 0);
  const room = Math.round(100 * (1 - value)) / 100;
  if (rest <= room + ROUNDING) return { [name]: value };
  const shrunk = others.map((fault) => [fault.name, Math.floor((100 * faults[fault.name] * room) / rest + ROUNDING) / 100]);
  return { ...Object.fromEntries(shrunk), [name]: value };
}

/** Return the name of the preset whose faults these are, or null. */
export function presetOf(faults) {
  return PRESETS.find((preset) => Object.entries(preset.faults).every(([name, value]) => faults[name] === value))?.name ?? null;
}
