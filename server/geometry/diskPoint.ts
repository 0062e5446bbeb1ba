/** A point of the open unit disk (or, for a flat layout, of the plane). */
export interface DiskPoint {
  readonly x: number;
  readonly y: number;
}

export const ORIGIN: DiskPoint = { x: 0, y: 0 };
