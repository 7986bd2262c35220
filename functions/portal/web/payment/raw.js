/** The events of a payment as the API tells them, folded. */

import { html } from "../parts/html.js";

export function RawEvents({ pasos, contado }) {
  return html`
    <section class="raw" aria-label="Eventos">
      <h2>Eventos</h2>
      ${pasos.map(
        (paso) => html`<details key=${paso.id_evento}>
          <summary><span class="sequence">${paso.secuencia}</span> ${paso.evento}</summary>
          <pre tabindex="0">${JSON.stringify(paso, null, 2)}</pre>
        </details>`,
      )}
      ${contado && html`<details key="contado"><summary><span class="sequence">—</span> Así lo cuentan los informes</summary><pre tabindex="0">${JSON.stringify(contado, null, 2)}</pre></details>`}
    </section>
  `;
}
