// The documentation of the API, with requests that can be tried.
import { MISSING, read, root, show } from "./document.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function followSystem() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

followSystem();
dark.addEventListener("change", followSystem);

show(async (place) => {
  if (!globalThis.SwaggerUIBundle) throw new Error(MISSING);
  const spec = await read("openapi.json");
  spec.servers = [{ url: root.replace(/\/$/, "") }];
  globalThis.SwaggerUIBundle({
    spec,
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    queryConfigEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
