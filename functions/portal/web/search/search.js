/** The search for an id: `/` goes there; a payment, an event or a campaign is found by its id. */

import { Problem, read } from "../data/client.js";
import { isId } from "../words/route.js";

/** Listen for `/` on the page, and for ids in the search form. `say` tells what was found. */
export function listenToKeys(form, say) {
  const input = form.elements.id;
  addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, select, textarea, dialog");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const id = input.value.trim();
    if (!isId(id)) return say("Un id tiene esta forma: 01a2172f-0000-7000-8000-000000000000");
    try {
      const found = await find(id.toLowerCase());
      if (found.address) {
        location.hash = found.address;
        input.value = "";
      }
      if (found.text) say(found.text);
    } catch (problem) {
      say(problem.message);
    }
  });
}

/** Return the address of what has this id, or what to say about it. */
export async function find(id, { ask = read } = {}) {
  if (await known(`pagos/${id}`, ask)) return { address: `#/pagos/${id}` };
  const event = await known(`event-collector/events/${id}/status`, ask);
  if (event?.pago) return { address: `#/pagos/${event.pago.id_pago}`, text: "Es una conversión: este es el pago de su comisión." };
  if (event) return { address: "#/eventos", text: `Es un evento ${event.tipo_evento} de ${event.id_afiliado}: ${event.estado}.` };
  const campaign = await known(`campaigns/${id}`, ask);
  if (campaign) return { address: "#/campanas", text: `Es la campaña ${campaign.nombre}.` };
  return { text: "No hay ningún pago, evento ni campaña con este id." };
}

async function known(url, ask) {
  try {
    return (await ask(url)).data;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}
