/** The last ten minutes of a figure, a value for each minute. */

export const MINUTES = 10;
const MINUTE_MS = 60_000;

/** Add a sample to a history of `{minute, value}`, which keeps the highest value of each minute. */
export function remember(history, value, now) {
  const minute = Math.floor(now / MINUTE_MS);
  const last = history.at(-1);
  if (last?.minute === minute) {
    if (value <= last.value) return history;
    return [...history.slice(0, -1), { minute, value }];
  }
  return [...history.filter((sample) => sample.minute > minute - MINUTES), { minute, value }];
}

/** Return ten values, the current minute last; minutes that the page has not seen are null. */
export function lastMinutes(history, now) {
  const current = Math.floor(now / MINUTE_MS);
  const values = new Map(history.map((sample) => [sample.minute, sample.value]));
  return Array.from({ length: MINUTES }, (_, index) => values.get(current - MINUTES + 1 + index) ?? null);
}
