/** Return which instance answers campaigns' requests: the proxy's choice, unless only the other one can. */
export function whoServes({ proxy, backends: { primary, replica } }) {
  if (primary.healthy === replica.healthy) return proxy.active_backend;
  return primary.healthy ? "primary" : "replica";
}
