/** What is known of a payment, beside its waterfall. */

import { Copy } from "../parts/copy.js";
import { html } from "../parts/html.js";
import { Instant } from "../parts/time.js";
import { addressOf } from "../words/route.js";

const COUNTED = { PENDING: "como pendiente", COMPLETED: "como pagado", FAILED: "como fallido", REVERSED: "como reversado", VOIDED: "como anulado" };

/** A query for CloudWatch Logs Insights. */
const logsQuery = (correlation) => `fields @timestamp, @log, level, message | filter correlation_id = ${JSON.stringify(correlation)} | sort @timestamp`;

/** Reports have not counted it only if they say so; while they have not answered, nothing is said. */
function counted(contado, id) {
  if (contado?.data && contado.url.includes(id)) return COUNTED[contado.data.status] ?? contado.data.status;
  return contado?.error?.status === 404 && contado.failedUrl.includes(id) ? "todavía no" : "…";
}

export function Facts({ pago, pasos, contado, isLocal }) {
  const correlation = pasos[0]?.correlation_id;
  const reference = pasos.findLast((paso) => paso.referencia_pasarela)?.referencia_pasarela;
  return html`
    <aside class="facts" aria-label="Datos del pago">
      <dl>
        <dt>Afiliado</dt><dd><a href=${addressOf({ afiliado: pago.id_afiliado })}>${pago.id_afiliado}</a></dd>
        <dt>Referencia</dt><dd>${pago.referencia_pago}</dd>
        ${pago.id_campana && html`<dt>Campaña</dt><dd><code>${pago.id_campana}</code></dd>`}
        <dt>Aceptado</dt><dd><${Instant} at=${pago.fecha_creacion} /></dd>
        <dt>Resuelto</dt><dd><${Instant} at=${pago.fecha_procesamiento} /></dd>
        <dt>En los informes</dt>
        <dd>${counted(contado, pago.id)}</dd>
        ${reference && html`<dt>En la pasarela</dt><dd><code>${reference}</code></dd>`}
        <dt>Id</dt><dd><${Copy} text=${pago.id} what="el id" /></dd>
        ${correlation && html`<dt>Correlación</dt><dd><${Copy} text=${correlation} what="el id de correlación" /></dd>`}
        ${correlation && html`<dt>Registros de las funciones</dt><dd><${Copy} text=${isLocal ? `aero trace ${pago.id} --logs` : logsQuery(correlation)} what=${isLocal ? "el comando" : "la consulta para CloudWatch"} /></dd>`}
      </dl>
    </aside>
  `;
}
