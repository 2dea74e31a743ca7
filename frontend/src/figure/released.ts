/** Waiting for the pointer's button: what is exchanged under a pressed button loses the click. */
let pressed: Node | null = null;
const waiting: (() => void)[] = [];

function onUp(): void {
  // after the handlers of the same event
  setTimeout(() => {
    pressed = null;
    for (const go of waiting.splice(0)) go();
  });
}

window.addEventListener("pointerdown", ({ target }) => (pressed = target instanceof Node ? target : null), true);
for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, onUp, true);

/** Resolves at once, or when the button that was pressed inside the element is let go. */
export function released(element: HTMLElement): Promise<void> {
  if (pressed === null || !element.contains(pressed)) return Promise.resolve();
  return new Promise((resolve) => waiting.push(resolve));
}
