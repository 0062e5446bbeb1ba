/** Farthest that a computed point may lie from the center: 2·atanh(1 − 1e-15) = 35, where float64 still tells 1 − |u|². */
export const LARGEST_RADIUS = 1 - 1e-15;

/** Below this length a tangent vector or a translation has no direction that rounding has not made. */
export const SMALLEST_LENGTH = 1e-300;
