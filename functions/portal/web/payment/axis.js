/** The time axis of a waterfall. */

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5];
const AT_MOST = 5;

/** Return the ticks of an axis from 0 to `total` milliseconds, as milliseconds; at most six, the first is 0. */
export function ticks(total) {
  if (total <= 0) return [0];
  const step = STEPS.find((candidate) => total / candidate <= AT_MOST) ?? Math.ceil(total / AT_MOST / 864e5) * 864e5;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step);
}

/** Return where a step lies, as percentages of the axis. */
export function place(step, phase) {
  const total = Math.max(phase.to - phase.from, 1);
  const share = (at) => (100 * (at - phase.from)) / total;
  return { start: share(step.from), width: share(step.to) - share(step.from) };
}
