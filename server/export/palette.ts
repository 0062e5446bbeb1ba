/** The colors of exported pictures are those of the dashboard. */
export {
  CLASS_COLORS,
  CLASS_SHAPES,
  DISK_COLORS,
  classStyle,
  type ClassShape,
  type ClassStyle,
} from '../geometry/classPalette.ts';
