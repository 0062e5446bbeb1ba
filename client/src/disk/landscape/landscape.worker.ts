import { landscapeOf } from './landscape.ts';
import type { Landscape, LandscapeQuestion } from './landscape.ts';

/** Answers every question once, in order. */
export type LandscapeAnswer = { readonly landscape: Landscape } | { readonly failure: string };

addEventListener('message', ({ data }: MessageEvent<LandscapeQuestion>) => {
  try {
    const landscape = landscapeOf(data);
    const { separations, contours } = landscape;
    postMessage({ landscape } satisfies LandscapeAnswer, {
      transfer: [separations.buffer, contours.segments.buffer, contours.levels.buffer] as Transferable[],
    });
  } catch (error) {
    postMessage({ failure: String(error) } satisfies LandscapeAnswer);
  }
});
