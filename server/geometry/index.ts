/** The hyperbolic plane for other programs: `circle-limit/geometry`. Runs wherever JavaScript does. */
export * from './alignment.ts';
export * from './diskPoint.ts';
export * from './hyperbolicBall.ts';
export * from './isometry.ts';
export * from './lorentz.ts';
export * from './poincare.ts';
export { Random } from './random.ts';
