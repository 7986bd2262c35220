/** The step of a phase that took longest, in words. */

import { duration, percent } from "../words/numbers.js";

/** Return the longest step of a phase, or null if nothing has taken any time. */
export function longest(phase) {
  const [first] = phase.steps.filter((step) => step.to > step.from).toSorted((one, other) => span(other) - span(one));
  return first ?? null;
}

/** Return the sentence above a waterfall. */
export function gapSentence(phase, locale) {
  const total = phase.to - phase.from;
  const step = longest(phase);
  if (!step || total <= 0) return "Acaba de empezar.";
  const share = `${duration(span(step), locale)}, ${percent(span(step) / total, 0, locale)}`;
  if (phase.steps.some((one) => one.open)) return `Va por ${duration(total, locale)}. Lo más largo hasta ahora es ${step.gap}: ${share}.`;
  return `Tardó ${duration(total, locale)}. Lo más largo fue ${step.gap}: ${share}.`;
}

const span = (step) => step.to - step.from;
