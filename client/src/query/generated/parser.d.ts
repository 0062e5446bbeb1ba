import type { Query } from '../query.ts';

export interface SyntaxErrorLocation {
  readonly offset: number;
}

export class SyntaxError extends Error {
  readonly location: { readonly start: SyntaxErrorLocation; readonly end: SyntaxErrorLocation };
}

/** @throws SyntaxError */
export function parse(text: string): Query;
