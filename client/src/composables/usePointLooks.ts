import { inject, provide } from 'vue';
import type { InjectionKey } from 'vue';
import type { PointLook } from '../disk/pointLook.ts';

type LookOf = (point: number) => PointLook;

const POINT_LOOKS: InjectionKey<LookOf> = Symbol('what points of the run look like');

/** Tells the lists within a page of a run what its points look like. */
export function providePointLooks(lookOf: LookOf): void {
  provide(POINT_LOOKS, lookOf);
}

export function usePointLooks(): LookOf {
  const lookOf = inject(POINT_LOOKS);
  if (lookOf === undefined) throw new Error('lists of points need a page that provides what they look like');
  return lookOf;
}
