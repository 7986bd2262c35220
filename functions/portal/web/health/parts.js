/** The parts of the platform and how each is, read from what the page already knows. */

const GOOD = { tone: "good", word: "bien" };

/** Return the parts as `{name, tone, word, detail}`. */
export function partsOf(state) {
  return [
    service("Pagos", state.pagosSalud, (body) => dependencies(body.dependencias)),
    service("Campañas", state.campanasEstado, ({ proxy, backends }) => campaigns(proxy, backends)),
    service("Informes", state.informesSalud, (body) => ({
      ...dependencies(body.dependencies, body.status),
      detail: body.readModel && `al día en ${Math.round(body.readModel.lagMilliseconds ?? 0)} ms`,
    })),
    service("Recolector de eventos", state.eventosSalud, (body) => dependencies(body.dependencias)),
    service("Conector de Pulsar", state.mapeos, () => GOOD),
    stored(state),
    broker(state),
  ];
}

function service(name, source, look) {
  if (source?.error) {
    const { missing, message } = source.error;
    return missing ? { name, tone: "quiet", word: "no lo dice" } : { name, tone: "bad", word: "no responde", detail: message };
  }
  return source?.data ? { name, ...look(source.data) } : { name, tone: "quiet", word: "…" };
}

function dependencies(named, status) {
  const failing = Object.entries(named ?? {}).filter(([, condition]) => condition !== "ok");
  if (failing.length === 0 && status !== "degraded") return GOOD;
  return { tone: "warn", word: "con límites", detail: failing.map(([name, condition]) => `${name}: ${condition}`).join(", ") };
}

function campaigns(proxy, { primary, replica }) {
  if (primary.healthy && replica.healthy) return { ...GOOD, detail: "las dos instancias" };
  if (primary.healthy || replica.healthy) return { tone: "warn", word: "con una instancia", detail: `sirve la ${proxy.active_backend === "primary" ? "primaria" : "réplica"}` };
  return { tone: "bad", word: "sin instancias" };
}

function stored({ pagosSalud }) {
  const name = "PostgreSQL";
  if (pagosSalud?.data) return { name, ...GOOD };
  return pagosSalud?.error ? { name, tone: "bad", word: "no responde" } : { name, tone: "quiet", word: "…" };
}

function broker({ mapeos, informesSalud }) {
  const name = "Pulsar";
  const lags = mapeos?.data?.mapeos.map((mapping) => mapping.retraso);
  if (lags?.some((lag) => lag !== null)) return { name, ...GOOD };
  const connector = informesSalud?.data?.dependencies?.connector;
  if (connector === "ok") return { name, ...GOOD, detail: "entrega mensajes" };
  return connector ? { name, tone: "warn", word: "no entrega" } : { name, tone: "quiet", word: "no lo dice" };
}
