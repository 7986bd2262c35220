// The page at the API's root.
import { html, render } from "htm/preact";

const panel = document.getElementById("panel");

function Portada({ raiz }) {
  return html`
    <h1>Aeropartners</h1>
    <p>Pagos, campañas, informes y eventos de afiliados.</p>
    <ul>
      <li><a href="${raiz}docs">Documentación de la API</a>, con ejemplos que se pueden probar</li>
      <li><a href="${raiz}docs/events">Documentación de los eventos</a> que publica cada contexto</li>
    </ul>
  `;
}

panel.replaceChildren();
render(html`<${Portada} raiz=${panel.dataset.root} />`, panel);
