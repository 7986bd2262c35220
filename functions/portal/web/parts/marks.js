/** Small marks: a state with its shape and word, and the mark of the strip's sentence. */

import { stateOf } from "../words/states.js";
import { html } from "./html.js";

// Each tone has a shape of its own, so that a state can be told without colours. It is drawn anew for each mark: an
// element in two places keeps the lists that it was once in.
const SHAPES = {
  waiting: () => html`<circle cx="6" cy="6" r="4.25" class="hollow" />`,
  working: () => html`<circle cx="6" cy="6" r="4.25" class="hollow" /><path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" class="solid" />`,
  good: () => html`<circle cx="6" cy="6" r="5" class="solid" /><path d="m3.7 6.2 1.6 1.6 3-3.4" class="cut" />`,
  bad: () => html`<path d="M3.6.8h4.8l2.8 2.8v4.8l-2.8 2.8H3.6L.8 8.4V3.6z" class="solid" /><path d="m4.2 4.2 3.6 3.6m0-3.6L4.2 7.8" class="cut" />`,
  warn: () => html`<path d="M6 .9 11.6 11H.4z" class="solid" /><path d="M6 4.4v3m0 1.3v.6" class="cut" />`,
  undone: () => html`<path d="M2.6 3.2h5a2.7 2.7 0 0 1 0 5.4H4.2M4.6 1 2.4 3.2l2.2 2.2" class="stroke" />`,
  quiet: () => html`<path d="M2.5 6h7" class="stroke" />`,
};

/** A tone's shape; the text beside it says what it means. */
export function Mark({ tone }) {
  return html`<svg class="mark ${tone}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">${SHAPES[tone]()}</svg>`;
}

/** A state as mark and word. */
export function State({ of, states }) {
  const { word, tone } = stateOf(states, of);
  return html`<span class="state ${tone}"><${Mark} tone=${tone} />${word}</span>`;
}
