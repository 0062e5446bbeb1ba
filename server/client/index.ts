/** A server of Circle Limit for other programs: `circle-limit/client`. Runs in Node and in browsers. */
export { ApiError, UnreachableServerError } from './apiError.ts';
export { CircleLimitClient } from './client.ts';
export type { ClientOptions, LabeledLayout, Layout, RunNews } from './client.ts';
export { decodeCoordinates, decodeFloat32, decodeInt16, decodeInt32 } from './decode.ts';
export * from './operations.ts';
export type * from './generated/operations.ts';
