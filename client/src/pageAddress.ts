export interface PageAddress {
  /** What is shown there, as far as it matters before the page's scripts are here. */
  readonly page: 'run' | 'shared' | 'compare' | 'gate' | 'other';
  /** Of the run, or the token of the share link. */
  readonly id: string;
  /** The view that the address holds. */
  readonly view: URLSearchParams;
}

/** @param address path and query */
export function readPageAddress(address: string): PageAddress {
  const { pathname, searchParams: view } = new URL(address, location.origin);
  const [, name, text = '', more] = /^\/(\w+)(?:\/([^/]+)(\/.*)?)?$/.exec(pathname) ?? [];
  const id = decoded(text);
  if (name === 's' && id !== '') return { page: 'shared', id, view };
  if (name === 'compare' && id !== '') return { page: 'compare', id, view };
  if (name === 'login' || name === 'join') return { page: 'gate', id, view };
  return { page: name === 'runs' && id !== '' && more === undefined ? 'run' : 'other', id, view };
}

/** Empty for what no address can mean: the page says so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
