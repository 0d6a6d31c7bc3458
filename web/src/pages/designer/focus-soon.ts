/** After what is asked for has been drawn. */
export function focusSoon(selector: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => window.document.querySelector<HTMLElement>(selector)?.focus()),
  );
}
