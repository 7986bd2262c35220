// The documentation of the events that the contexts publish.
import { MISSING, read, show } from "./document.js";

show(async (place) => {
  const { init } = await import("redoc").catch(() => {
    throw new Error(MISSING);
  });
  const spec = await read("asyncapi.json");
  init(spec, { disableTelemetry: true, router: "hash" }, place);
});
