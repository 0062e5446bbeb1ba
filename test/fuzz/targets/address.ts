import { parseQuery as parseAddress, stringifyQuery } from 'vue-router';
import { readDiskView, readState, toQuery } from '../../../client/src/composables/useView.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const ADDRESSES = [
  'c=0.3,-0.12&rot=90&z=2.5&p=42&i=100',
  'color=split&hide=cat,dog&q=label%3Acat&sel=1-5,9',
  'k=15&img=all',
];

export const target: FuzzTarget = {
  seeds: () => Promise.resolve(ADDRESSES.map((address) => Buffer.from(address))),
  take(bytes) {
    const given = parseAddress(Buffer.from(bytes).toString('utf8'));
    const disk = readDiskView(given);
    const inside = Math.hypot(disk.center.x, disk.center.y) < 1;
    if (!inside || !Number.isFinite(disk.rotation) || !(disk.zoom > 0)) throw new Error('no view of the disk');
    const written = toQuery(disk, readState(given));
    const again = parseAddress(stringifyQuery(written));
    const rewritten = toQuery(readDiskView(again), readState(again));
    if (stringifyQuery(rewritten) !== stringifyQuery(written))
      throw new Error('a view changes when its address is sent');
  },
};
