/** The content of a dead letter as it can be read. */

const SHOWN = 2_000; // characters, as in `aero dlq show`
const BASE64_SHOWN = 4 * SHOWN; // more bytes than are shown

/** Return the content of a letter: JSON indented, other text as it is, other bytes with escapes. */
export function contentOf(letter) {
  if (letter.contenido === undefined || letter.contenido === null) return readable(letter.contenido_base64 ?? "");
  try {
    return JSON.stringify(JSON.parse(letter.contenido), null, 2);
  } catch {
    return letter.contenido;
  }
}

/** Return the beginning of a letter's content, with whether that is all: a page does not draw megabytes. */
export function beginningOf(letter) {
  const base64 = letter.contenido_base64?.slice(0, BASE64_SHOWN);
  const text = contentOf({ ...letter, contenido_base64: base64 });
  return { text: text.slice(0, SHOWN), isWhole: text.length <= SHOWN };
}

function readable(base64) {
  return atob(base64).replace(/[^\x20-\x7e\n]|\\/g, (byte) => (byte === "\\" ? "\\\\" : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`));
}
