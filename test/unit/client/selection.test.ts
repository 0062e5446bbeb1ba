import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOME_VIEW, panned, rotated, toView } from '../../../client/src/disk/diskTransform.ts';
import { explainSelection } from '../../../client/src/selection/explainSelection.ts';
import { colorsByCategory } from '../../../client/src/disk/pointColors.ts';
import { markedColors, visibleCount } from '../../../client/src/selection/markedColors.ts';
import { matchingPoints, strictestTerm } from '../../../client/src/selection/matchingPoints.ts';
import type { PointField } from '../../../client/src/selection/pointFields.ts';
import { PointSet } from '../../../client/src/selection/pointSet.ts';
import { pointsInPolygon, thinned } from '../../../client/src/selection/pointsInPolygon.ts';
import { emptyHistory, redo, select, undo } from '../../../client/src/selection/selectionHistory.ts';
import { writeSelectionFile } from '../../../client/src/selection/selectionFile.ts';
import { parseNpyHeader } from '../../../server/formats/npyHeader.ts';
import { decodePointList, encodePoints } from '../../../server/formats/pointList.ts';
import { sortedPoints } from '../../../client/src/selection/sortedPoints.ts';
import { parseQuery } from '../../../client/src/query/query.ts';
import { Random } from '../../../server/geometry/random.ts';

const COUNT = 100;
const points = fc.uniqueArray(fc.nat(COUNT - 1));

describe('colors of marked points', () => {
  test('count as visible what neither the query nor the legend hides, selected or not', () => {
    const codes = Int16Array.from([0, 1, 1, 2, -1]);
    const category = { name: 'label', names: ['a', 'b', 'c'], codes, counts: [1, 2, 1] };
    const none = PointSet.none(5);
    const all = colorsByCategory(category, new Set(), 'dark');
    expect(visibleCount(markedColors(all, null, none))).toBe(5);
    expect(visibleCount(markedColors(all, PointSet.of(5, [0, 1, 3]), PointSet.of(5, [1])))).toBe(3);
    const without = colorsByCategory(category, new Set(['b']), 'dark');
    // What has no label goes with the first class that is hidden.
    expect(visibleCount(markedColors(without, null, none))).toBe(2);
    expect(visibleCount(markedColors(without, PointSet.of(5, [0, 1]), none))).toBe(1);
  });
});

describe('a set of points', () => {
  test('follows the laws of sets', () => {
    fc.assert(
      fc.property(points, points, (left, right) => {
        const [a, b] = [PointSet.of(COUNT, left), PointSet.of(COUNT, right)];
        const plain = { a: new Set(left), b: new Set(right) };
        const ascending = (list: Iterable<number>): number[] => [...list].sort((x, y) => x - y);
        expect([...a.toArray()]).toEqual(ascending(left));
        expect(a.size).toBe(plain.a.size);
        expect([...a.union(b).toArray()]).toEqual(ascending(new Set([...left, ...right])));
        expect([...a.intersection(b).toArray()]).toEqual(ascending(left.filter((point) => plain.b.has(point))));
        expect([...a.difference(b).toArray()]).toEqual(ascending(left.filter((point) => !plain.b.has(point))));
        expect(a.complement().complement().equals(a)).toBe(true);
        expect(a.complement().size).toBe(COUNT - a.size);
      }),
    );
  });

  test('of another layout cannot be mixed in', () => {
    expect(() => PointSet.none(5).union(PointSet.none(6))).toThrow(RangeError);
  });
});

describe('undo and redo', () => {
  test('undo takes back any steps one by one, and redo brings them again', () => {
    const step = fc.record({ points, mode: fc.constantFrom('replace' as const, 'add' as const, 'remove' as const) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const states = [emptyHistory(COUNT)];
        for (const { points: chosen, mode } of steps) {
          const next = select(states.at(-1)!, PointSet.of(COUNT, chosen), mode);
          if (next !== states.at(-1)) states.push(next);
        }
        let back = states.at(-1)!;
        for (const before of states.slice(0, -1).reverse()) {
          back = undo(back);
          expect(back.present.equals(before.present)).toBe(true);
        }
        for (const after of states.slice(1)) {
          back = redo(back);
          expect(back.present.equals(after.present)).toBe(true);
        }
        expect(redo(back)).toBe(back);
      }),
    );
  });

  test('a new step forgets what was undone', () => {
    const first = select(emptyHistory(COUNT), PointSet.of(COUNT, [1]), 'replace');
    const other = select(undo(first), PointSet.of(COUNT, [2]), 'add');
    expect([...redo(other).present.toArray()]).toEqual([2]);
  });
});

describe('a lasso', () => {
  const random = new Random(4);
  const layout = Float32Array.from({ length: 2 * COUNT }, () => 1.2 * random.uniform() - 0.6);
  const motion = { from: layout, to: layout, share: 1 };
  const colors = new Uint8Array(4 * COUNT).fill(255);
  const view = rotated(panned('POINCARE', HOME_VIEW, { x: 0, y: 0 }, { x: 0.3, y: -0.2 }), 0.7);

  test.each(['POINCARE', 'EUCLIDEAN'] as const)('selects what is seen inside of it (%s)', (plane) => {
    const half = Float64Array.of(-2, -2, 0.1, -2, 0.1, 2, -2, 2);
    const expected = Array.from({ length: COUNT }, (_, i) => i).filter(
      (i) => toView(plane, view, { x: layout[2 * i]!, y: layout[2 * i + 1]! }).x < 0.1,
    );
    expect([...pointsInPolygon(plane, view, motion, half, colors).toArray()]).toEqual(expected);
    expect(expected.length).toBeGreaterThan(10);
  });

  test('leaves out hidden points and hollows', () => {
    const around = Float64Array.of(-2, -2, 2, -2, 2, 2, -2, 2);
    const hidden = colors.slice();
    hidden[4 * 7 + 3] = 0;
    expect(pointsInPolygon('POINCARE', view, motion, around, hidden).has(7)).toBe(false);
    // A U around the middle.
    const hollow = Float64Array.of(-2, -2, 2, -2, 2, 2, 1.5, 2, 1.5, -1.5, -1.5, -1.5, -1.5, 2, -2, 2);
    expect(pointsInPolygon('POINCARE', view, motion, hollow, colors).size).toBe(0);
  });

  test('of two corners or fewer selects nothing, and close corners are one', () => {
    expect(pointsInPolygon('POINCARE', view, motion, Float64Array.of(0, 0, 1, 1), colors).size).toBe(0);
    expect([...thinned([0, 0, 0.001, 0, 1, 0], 0.01)]).toEqual([0, 0, 1, 0]);
  });
});

const fields: PointField[] = [
  { kind: 'category', name: 'label', names: ['cat', 'dog', 'Fire engine'], codes: Int16Array.of(0, 0, 1, 1, 2, -1) },
  { kind: 'number', name: 'radius', values: Float32Array.of(0.6, 1, 2, 3, 4, NaN), help: '' },
  { kind: 'text', name: 'file', texts: ['b10', 'b9', 'a', 'cat.png', 'd', 'e'], help: '' },
];
const answer = (line: string): number[] => [...matchingPoints(parseQuery(line), fields, 6).toArray()];

describe('a query over points', () => {
  test.each([
    ['', [0, 1, 2, 3, 4, 5]],
    ['label:cat', [0, 1]],
    ['label:CAT,dog radius<3', [0, 1, 2]],
    ['label:fire*', [4]],
    ['-label:cat', [2, 3, 4, 5]],
    ['label!=cat,dog', [4, 5]],
    ['radius:1..3', [1, 2, 3]],
    ['radius=0.6', [0]],
    ['radius!=0.6', [1, 2, 3, 4]],
    ['cat', [0, 1, 3]],
    ['file:b', [0, 1]],
    ['engine OR radius<=1', [0, 1, 4]],
  ])('%s', (line, expected) => {
    expect(answer(line)).toEqual(expected);
  });

  test('says which fields and values there are', () => {
    expect(() => answer('color:red')).toThrow('There is no field "color"; there are label, radius, file.');
    expect(() => answer('label:doge')).toThrow('did you mean "dog"');
    expect(() => answer('label<3')).toThrow('words, not numbers');
  });

  test('that nothing matches names the term that removes most', () => {
    const query = parseQuery('radius<5 label:"fire engine" radius<1');
    expect(matchingPoints(query, fields, 6).size).toBe(0);
    expect(strictestTerm(query, fields, 6)).toMatchObject({ count: 1, term: { type: 'match' } });
  });
});

describe('the explanation of a selection', () => {
  const size = 200;
  const codes = Int16Array.from({ length: size }, (_, i) => i % 2);
  const values = Float32Array.from({ length: size }, (_, i) => (i < 40 ? 5 : 1) + (i % 7) / 10);
  const explained: PointField[] = [
    { kind: 'category', name: 'label', names: ['even', 'odd'], codes },
    { kind: 'number', name: 'radius', values, help: '' },
  ];

  test('names what the selection has more of, strongest first, with both shares', () => {
    const selection = PointSet.where(size, (i) => i % 2 === 0 && i < 60);
    const findings = explainSelection(selection, explained);
    expect(findings.map(({ field }) => field)).toEqual(['radius', 'label', 'label']);
    expect(findings.find((finding) => finding.kind === 'category' && finding.value === 'even')).toMatchObject({
      count: 30,
      restShare: 70 / 170,
    });
    expect(findings.find(({ kind }) => kind === 'number')!.strength).toBeGreaterThan(0);
  });

  test('says nothing of a selection that is like the rest', () => {
    expect(
      explainSelection(
        PointSet.where(size, (i) => i % 28 < 2 && i > 60),
        explained.slice(0, 1),
      ),
    ).toEqual([]);
    expect(explainSelection(PointSet.all(size), explained)).toEqual([]);
  });
});

describe('sorting', () => {
  const all = Int32Array.of(0, 1, 2, 3, 4, 5);

  test('puts points without a value last either way', () => {
    expect([...sortedPoints(all, fields[1], false)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...sortedPoints(all, fields[1], true)]).toEqual([4, 3, 2, 1, 0, 5]);
    expect([...sortedPoints(all, fields[0], false)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('keeps apart what only 64 bits tell apart', () => {
    const values = Float64Array.of(2 ** 40 + 2, NaN, 2 ** 40, -1, 2 ** 40 + 1, 2 ** 40);
    const field: PointField = { kind: 'number', name: 'views', values, help: '' };
    expect([...sortedPoints(all, field, false)]).toEqual([3, 2, 5, 4, 0, 1]);
    expect([...sortedPoints(all, field, true)]).toEqual([0, 4, 2, 5, 3, 1]);
  });

  test('reads numbers in names as numbers', () => {
    expect([...sortedPoints(Int32Array.of(0, 1), fields[2], false)]).toEqual([1, 0]);
  });
});

describe('a selection as a file', () => {
  test('is an array of point numbers as npy', async () => {
    const content = { about: {}, points: Int32Array.of(2, 5, 70_000), fields: [], positions: null };
    const bytes = new Uint8Array(await (await writeSelectionFile('npy', content)).arrayBuffer());
    const { type, shape, dataOffset } = parseNpyHeader(bytes, 'selection.npy');
    expect([type.kind, type.itemBytes, shape]).toEqual(['i', 4, [3]]);
    expect([...new Int32Array(bytes.slice(dataOffset).buffer)]).toEqual([2, 5, 70_000]);
  });
});

describe('a selection in the address', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(points, (chosen) => {
        const set = PointSet.of(COUNT, chosen);
        expect(PointSet.of(COUNT, decodePointList(encodePoints(set.toArray()))).equals(set)).toBe(true);
      }),
    );
    expect(decodePointList('no points!')).toEqual([]);
  });
});
