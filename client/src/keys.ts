/** Where keys work; `anywhere` is every page. */
export type KeyPlace = 'run' | 'compare' | 'anywhere';

export interface KeyGroup {
  readonly title: string;
  readonly places: readonly KeyPlace[];
  /** What is pressed, as it is written, and what it does. */
  readonly keys: readonly (readonly [key: string, action: string])[];
}

/** Every key and gesture of the dashboard, as the list on the question mark shows them. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: 'The disk',
    places: ['run'],
    keys: [
      ['Drag', 'pan; the point under the pointer stays there'],
      ['Wheel, pinch, + −', 'zoom'],
      ['Double click, C', 'bring the point to the center'],
      ['O', 'back to the origin'],
      ['F', 'fit to the selection, or the point and its neighbors'],
      ['R', 'turn upright'],
      ['Shift + arrows', 'pan'],
    ],
  },
  {
    title: 'Reading',
    places: ['run'],
    keys: [
      ['I', 'pictures where there is room, pictures only, dots only'],
      ['T', 'names of regions'],
      ['D', 'density lines'],
      ['G', 'geodesic grid'],
      ['Y', 'ruler between two places'],
    ],
  },
  {
    title: 'Points',
    places: ['run'],
    keys: [
      ['Arrows', 'go to the nearest point in that direction'],
      ['Click, Enter', 'select the point; with Shift add it, with Ctrl remove it'],
      ['N', 'arcs to the neighbors'],
      ['[ ]', 'fewer or more neighbors'],
      ['Esc', 'leave the tool, then let go of what is chosen'],
    ],
  },
  {
    title: 'Selecting and searching',
    places: ['run'],
    keys: [
      ['V, L, B, P', 'pan, lasso, box, neighbors of a place'],
      ['Shift + drag', 'lasso that adds; with Ctrl it removes'],
      ['Ctrl + Z', 'undo the selection; with Shift redo it'],
      ['/', 'search and filter; Enter selects what matches'],
      ['A', 'images and table'],
    ],
  },
  {
    title: 'Time',
    places: ['run'],
    keys: [
      ['Space', 'play or stop the replay'],
      [', .', 'one stored layout back or on'],
      ['< >', 'slower or faster'],
      ['0 … 9', 'tenths of the run'],
      ['Home, End', 'first stored layout, newest'],
      ['J', 'jump to live'],
    ],
  },
  {
    title: 'Taking along',
    places: ['run'],
    keys: [
      ['S', 'share this view'],
      ['E', 'export'],
    ],
  },
  {
    title: 'Comparison',
    places: ['compare'],
    keys: [
      ['Drag', 'pan all disks together'],
      ['L, Shift + drag', 'select on all disks'],
      ['O', 'back to the origin'],
      ['X', 'swap the first two runs'],
      ['M', 'morph to the places in the first run, and back'],
      ['S', 'share this comparison'],
      ['Esc', 'let go of the image, then of the selection'],
    ],
  },
  {
    title: 'Anywhere',
    places: ['run', 'compare', 'anywhere'],
    keys: [
      ['?', 'this list'],
      ['Ctrl + K', 'commands, runs and data sets by name'],
    ],
  },
];

/** The groups whose keys work on the page of this path. */
export function keyGroupsOn(path: string): readonly KeyGroup[] {
  const place: KeyPlace = /^\/(runs|s)\/./.test(path) ? 'run' : path.startsWith('/compare/') ? 'compare' : 'anywhere';
  return KEY_GROUPS.filter(({ places }) => places.includes(place));
}
