/** Instants: the reader's zone and locale in the text, UTC beside it. */

const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const formats = new Map();

function format(name, options, locale) {
  const key = `${name} ${locale}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

/** Return the milliseconds since the epoch of an instant of the API; it may have microseconds. */
export function milliseconds(instant) {
  const [whole, fraction] = /^(.*\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(instant).slice(1);
  const zone = /(Z|[+-]\d\d:?\d\d)$/.exec(instant)?.[1] ?? "Z";
  return Date.parse(whole + zone) + Number(`0.${fraction ?? 0}`) * 1000;
}

/** Return the date and the time in the reader's zone. */
export function dateAndTime(instant, locale) {
  return format("both", { dateStyle: "medium", timeStyle: "medium" }, locale).format(milliseconds(instant));
}

/** Return the time of day in the reader's zone, to the millisecond. */
export function exactTime(instant, locale) {
  return format("exact", { ...clock, fractionalSecondDigits: 3 }, locale).format(milliseconds(instant));
}

/** Return the time of day in the reader's zone, to the minute. */
export function minute(instant, locale) {
  return format("minute", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, locale).format(
    milliseconds(instant),
  );
}

/** Return the instant in UTC, as it is shown on hover: "2026-11-30 23:36:05.058 UTC". */
export function utc(instant) {
  return new Date(milliseconds(instant)).toISOString().replace("T", " ").replace("Z", " UTC");
}
