import { describe, expect, it } from 'vitest';
import {
  addressOf,
  isStep,
  placeOf,
  readDiskView,
  readState,
  toQuery,
} from '../../../client/src/composables/useView.ts';
import { HOME_VIEW } from '../../../client/src/disk/diskTransform.ts';
import { DEFAULT_AIDS } from '../../../client/src/disk/readingAids.ts';

const AIDS = { marks: 'dots', contours: true, labels: false, grid: true } as const;
const PLAIN = {
  colorBy: 'label',
  hidden: [] as string[],
  point: null,
  iteration: null,
  aids: DEFAULT_AIDS,
  k: 15,
  query: '',
  selection: '',
  comparison: { fit: 'ALL', morph: 0, trails: true, pair: null },
} as const;

describe('the view in the address', () => {
  it('is empty for the default', () => {
    expect(toQuery(HOME_VIEW, PLAIN)).toEqual({});
    expect(readDiskView({})).toEqual(HOME_VIEW);
    expect(readState({})).toEqual(PLAIN);
  });

  it('comes back as it was written', () => {
    const disk = { center: { x: 0.31, y: -0.12 }, rotation: Math.PI / 6, zoom: 2.5 };
    const chosen = { k: 30, query: 'label:cat radius<2', selection: '1.a' };
    const comparison = { fit: 'IMAGES', morph: 0.5, trails: false, pair: 'C' } as const;
    const state = {
      colorBy: 'split',
      hidden: ['cat', 'dog'],
      point: 17,
      iteration: 320,
      aids: AIDS,
      ...chosen,
      comparison,
    };
    const query = toQuery(disk, state);
    const seen = { i: '320', c: '0.31,-0.12', rot: '30', z: '2.5', color: 'split', hide: 'cat,dog', p: '17' };
    const seenOfComparison = { fit: 'selection', morph: '0.5', trails: '0', pair: 'C' };
    const aids = { img: 'dots', density: '1', labels: '0' };
    expect(query).toEqual({ ...seen, ...aids, ...seenOfComparison, k: '30', q: chosen.query, sel: '1.a' });
    expect(readDiskView(query).rotation).toBeCloseTo(disk.rotation);
    expect(readDiskView(query)).toMatchObject({ center: disk.center, zoom: 2.5 });
    expect(readState(query)).toEqual(state);
  });

  it('ignores what makes no sense', () => {
    expect(readDiskView({ c: '2,3', rot: 'north', z: '-4' })).toEqual(HOME_VIEW);
    expect(readState({ p: '-1', i: 'soon', img: 'oil', grid: 'maybe' })).toEqual(PLAIN);
    expect(readState({ fit: 'ALL', morph: '7', trails: 'no', pair: 'A' })).toEqual(PLAIN);
  });

  it('keeps a selection that is long out of the address, and in a link', () => {
    const selection = Array<string>(200).fill('1a').join('.');
    const state = { ...PLAIN, selection };
    expect(addressOf(HOME_VIEW, state)).toEqual({});
    const link = new URLSearchParams({ ...toQuery(HOME_VIEW, state), p: '3' }).toString();
    expect(placeOf(link)).toEqual({ query: { p: '3' }, state: { selection } });
    expect(placeOf('sel=1.a&p=3')).toEqual({ query: { p: '3', sel: '1.a' }, state: { selection: '' } });
  });

  it('is a step that Back takes back when something is chosen, not while one drags, zooms, types or scrubs', () => {
    expect(isStep({}, { p: '17' }, ['p'])).toBe(true);
    expect(isStep({}, { i: '320' }, ['i'])).toBe(true);
    expect(isStep({ i: '320' }, {}, ['i'])).toBe(true);
    expect(isStep({ i: '320' }, { i: '340' }, ['i'])).toBe(false);
    expect(isStep({ c: '0.1,0' }, { c: '0.2,0', z: '2' }, ['c', 'z'])).toBe(false);
    expect(isStep({ q: 'la' }, { q: 'lab' }, ['q'])).toBe(false);
  });
});
