/** Bars without a library: a trend of ten minutes, and a share of a whole. */

import { html } from "./html.js";

const HEIGHT = 20;
const STEP = 8;
const WIDTH = 6;

/** Ten minutes as bars. The figure beside it says the value, so the picture is left to the eyes. */
export function Trend({ values, highest }) {
  const top = Math.max(highest ?? 0, 1, ...values.map((value) => value ?? 0));
  return html`
    <svg class="trend" viewBox="0 0 ${values.length * STEP} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${values.map((value, index) => {
        const height = value ? Math.max(2, (HEIGHT * value) / top) : 1;
        return html`<rect x=${index * STEP} y=${HEIGHT - height} width=${WIDTH} height=${height} class=${value ? "" : "none"} />`;
      })}
    </svg>
  `;
}

/** A share of a whole, from 0 to 1, as a meter; `label` names it for screen readers. */
export function Meter({ share, label, tone }) {
  const full = Math.min(1, Math.max(0, share));
  return html`
    <span class="meter ${tone ?? ""}" role="meter" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(full * 100)}>
      <span style=${{ "--share": full }}></span>
    </span>
  `;
}
