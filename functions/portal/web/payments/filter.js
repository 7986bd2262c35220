/** The filter of the lanes. It is part of the address, so a view can be sent to a colleague. */

import { html } from "../parts/html.js";
import { addressOf } from "../words/route.js";
import { PAYMENT_STATES } from "../words/states.js";

export function Filter({ filter }) {
  const change = (part) => location.replace(addressOf({ ...filter, ...part }));
  return html`
    <form class="filter" role="search" aria-label="Filtrar pagos" onSubmit=${(event) => event.preventDefault()}>
      <label><span class="label">Afiliado</span>
        <input type="text" autocomplete="off" placeholder="todos" key=${filter.afiliado} defaultValue=${filter.afiliado} onChange=${(event) => change({ afiliado: event.target.value.trim() })} />
      </label>
      <label><span class="label">Estado</span>
        <select value=${filter.estado} onChange=${(event) => change({ estado: event.target.value })}>
          <option value="">todos</option>
          ${Object.entries(PAYMENT_STATES).map(([state, { word }]) => html`<option value=${state}>${word}</option>`)}
        </select>
      </label>
      ${(filter.afiliado || filter.estado) && html`<a class="small" href="#/">Quitar filtros</a>`}
    </form>
  `;
}
