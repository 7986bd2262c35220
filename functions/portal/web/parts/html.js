/** The template tag of all views: `html` makes Preact's elements. */

import htm from "htm";
import { h } from "preact";

/**
 * htm keeps the element of a template's fixed part and gives it out again and again. Such an element holds the page
 * that it was first drawn on, with every list since removed from it. So none is kept.
 */
export const html = htm.bind(function fresh(...parts) {
  this[0] = 3; // htm's sign that this call's result must not be kept
  return h(...parts);
});
