/** Numbers, money and durations as the reader's locale writes them; the words around them are Spanish. */

const formats = new Map();

function format(options, locale) {
  const key = `${locale} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, options));
  return formats.get(key);
}

/** Return a count, such as "1.204". */
export function count(value, locale) {
  return format({ maximumFractionDigits: 0 }, locale).format(value);
}

/** Return a number with at most `digits` digits after the decimal sign. */
export function decimal(value, digits = 1, locale) {
  return format({ maximumFractionDigits: digits }, locale).format(value);
}

/** Return a share between 0 and 1 as a percentage, such as "12 %". */
export function percent(share, digits = 0, locale) {
  return format({ style: "percent", maximumFractionDigits: digits }, locale).format(share);
}

/** Return an amount with two decimals and without its currency, which has a place of its own. */
export function amount(value, locale) {
  return format({ minimumFractionDigits: 2, maximumFractionDigits: 2 }, locale).format(value);
}

/** Return an amount with its currency's code, such as "100,50 COP". */
export function money(value, currency, locale) {
  return `${amount(value, locale)} ${currency}`;
}

/** Return a count with its noun in the right number: `plural(2, "carta", "cartas")` is "2 cartas". */
export function plural(value, one, many, locale) {
  return `${count(value, locale)} ${value === 1 ? one : many}`;
}

/** Return a duration with the two units that matter: "121 ms", "1,03 s", "2 min 5 s", "3 h 4 min", "2 d 1 h". */
export function duration(milliseconds, locale) {
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return `${decimal(ms, ms < 10 ? 1 : 0, locale)} ms`;
  if (ms < 59_995) return `${decimal(ms / 1000, ms < 9_995 ? 2 : 1, locale)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

/** Return a duration with one unit, for ages that are read at a glance: "3 s", "2 min", "5 h", "4 d". */
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

/** Return a size in bytes with a readable unit. */
export function bytes(value, locale) {
  if (value < 1000) return `${count(value, locale)} B`;
  if (value < 1_000_000) return `${decimal(value / 1000, 1, locale)} kB`;
  return `${decimal(value / 1_000_000, 1, locale)} MB`;
}

function pair(first, unit, second, smaller) {
  return second ? `${first} ${unit} ${second} ${smaller}` : `${first} ${unit}`;
}
