/** The content of a dead letter as it can be read. */

/** Return the content of a letter: JSON indented, other text as it is, other bytes as base64. */
export function contentOf(letter) {
  if (letter.contenido === undefined || letter.contenido === null) return letter.contenido_base64 ?? "";
  try {
    return JSON.stringify(JSON.parse(letter.contenido), null, 2);
  } catch {
    return letter.contenido;
  }
}
