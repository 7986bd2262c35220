/** The content of a dead letter as it can be read. */

/** Return the content of a letter: JSON indented, other text as it is, other bytes with escapes. */
export function contentOf(letter) {
  if (letter.contenido === undefined || letter.contenido === null) return readable(letter.contenido_base64 ?? "");
  try {
    return JSON.stringify(JSON.parse(letter.contenido), null, 2);
  } catch {
    return letter.contenido;
  }
}

function readable(base64) {
  return atob(base64).replace(/[^\x20-\x7e\n]|\\/g, (byte) => (byte === "\\" ? "\\\\" : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`));
}
