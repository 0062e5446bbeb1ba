/** Whether the page stands in a frame of another site (`?embed=1`), without header and notices. Holds for the page's life. */
export const isEmbedded = new URLSearchParams(location.search).get('embed') === '1';
