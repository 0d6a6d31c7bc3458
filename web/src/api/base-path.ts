/** The path below which a browser sees the server, as the page says: `/lockstep`, or nothing. */
export const basePath = document.querySelector<HTMLMetaElement>('meta[name=base-path]')?.content ?? '';
