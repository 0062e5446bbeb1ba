import { describe, expect, it } from 'vitest';
import { isStep, readDiskView, readState, toQuery } from '../../../client/src/composables/useView.ts';
import { HOME_VIEW } from '../../../client/src/disk/diskTransform.ts';
import { DEFAULT_AIDS } from '../../../client/src/disk/readingAids.ts';

const AIDS = { marks: 'dots', contours: true, labels: false, grid: true } as const;
const PLAIN = {
  colorBy: 'label',
  hidden: [],
  point: null,
  iteration: null,
  aids: DEFAULT_AIDS,
  k: 15,
  query: '',
  selection: '',
};

describe('the view in the address', () => {
  it('is empty for the default', () => {
    expect(toQuery(HOME_VIEW, PLAIN)).toEqual({});
    expect(readDiskView({})).toEqual(HOME_VIEW);
    expect(readState({})).toEqual(PLAIN);
  });

  it('comes back as it was written', () => {
    const disk = { center: { x: 0.31, y: -0.12 }, rotation: Math.PI / 6, zoom: 2.5 };
    const chosen = { k: 30, query: 'label:cat radius<2', selection: '1.a' };
    const state = { colorBy: 'split', hidden: ['cat', 'dog'], point: 17, iteration: 320, aids: AIDS, ...chosen };
    const query = toQuery(disk, state);
    const seen = { i: '320', c: '0.31,-0.12', rot: '30', z: '2.5', color: 'split', hide: 'cat,dog', p: '17' };
    expect(query).toEqual({ ...seen, img: 'dots', density: '1', labels: '0', k: '30', q: chosen.query, sel: '1.a' });
    expect(readDiskView(query).rotation).toBeCloseTo(disk.rotation);
    expect(readDiskView(query)).toMatchObject({ center: disk.center, zoom: 2.5 });
    expect(readState(query)).toEqual(state);
  });

  it('ignores what makes no sense', () => {
    expect(readDiskView({ c: '2,3', rot: 'north', z: '-4' })).toEqual(HOME_VIEW);
    expect(readState({ p: '-1', i: 'soon', img: 'oil', grid: 'maybe' })).toEqual(PLAIN);
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
