// A click beside a dialog.

/** Lets it close the dialog, by `close` where that is not all; the end of a drag that began in the dialog does not. */
export function closesBesideIt(dialog, close = () => dialog.close()) {
  let pressed = null;
  dialog.addEventListener("pointerdown", (event) => (pressed = event.target));
  dialog.addEventListener("click", (event) => event.target === dialog && pressed === dialog && close());
}
