/** What the page knows of a source at this moment: its last answer, as long as it is news. */

/** Return a source, or nothing if the page has stopped reading it, so that an old answer is not taken for news. */
export function current(state, key) {
  const { attention } = state;
  if (attention && (!attention.followed.includes(key) || attention.awaited.includes(key))) return null;
  return state[key] ?? null;
}

/** Return since when the first of some sources is silent, or null. */
export function silenceOf({ attention }, keys) {
  const since = keys.map((key) => attention?.silence[key]).filter((value) => value !== undefined);
  return since.length ? Math.min(...since) : null;
}

/** A refusal of what was asked, such as an unknown filter or a missing route, says nothing of the part. */
export function isFailure({ status, missing }) {
  return !missing && !(status >= 400 && status < 500);
}
