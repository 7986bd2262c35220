// What the pages of the documents share: the document, or a notice with the reason why it cannot be shown.

const main = document.getElementById("document");

/** The URL of the site's root, also below a stage or a path of a reverse proxy. */
export const root = new URL(main.dataset.root, location.href).href;

/** Read a document of the site. Throws an Error with a sentence for the reader. */
export async function read(name) {
  const answer = await fetch(root + name, { headers: { Accept: "application/json" } });
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.detail);
  return document;
}

/** Show a document by `render(element)`, which may be asynchronous, or say why that fails. */
export async function show(render) {
  const notice = document.getElementById("notice");
  const place = document.createElement("div");
  try {
    await render(place);
    main.append(place);
    main.classList.add("shown");
    notice.remove();
  } catch (error) {
    notice.setAttribute("role", "alert");
    notice.textContent = error.message;
  }
}

/** The sentence for a third-party file that is not served. */
export const MISSING = "Faltan los archivos de esta página: `make web` los trae de npm, y `aero deploy` los publica.";
