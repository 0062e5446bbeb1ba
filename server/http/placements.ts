import express, { Router, type RequestHandler } from 'express';
import { BadInputError, LimitExceededError } from '../errors.ts';
import type { Services } from '../graphql/context.ts';

const MAX_BYTES = 20 * 2 ** 20;

/**
 * `POST /RUN` with the bytes of an image, and the number of neighbors in the query parameter `k`: embeds the image with the
 * run's model, places it on the finished layout, and answers with a `PlacedImage` as JSON. Nothing is stored.
 */
export function createPlacements(services: () => Services): Router {
  const router = Router();
  router.post('/:run', imageBody, async ({ params, query, body }, response) => {
    const k = query.k === undefined ? undefined : Number(query.k);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    response.json(await services().placements.placeImage(params.run as string, bytes, k));
  });
  router.all('/:run', ({ method }) => {
    throw new BadInputError(`${method} does nothing here; POST the bytes of an image`);
  });
  return router;
}

const readBytes = express.raw({ type: () => true, limit: MAX_BYTES });

/** The body as bytes, whatever its type is said to be. */
const imageBody: RequestHandler = (request, response, next) => {
  readBytes(request, response, (error?: unknown) => {
    const tooLarge = (error as { status?: unknown } | undefined)?.status === 413;
    next(tooLarge ? new LimitExceededError(`the image is larger than ${MAX_BYTES / 2 ** 20} MB`) : error);
  });
};
