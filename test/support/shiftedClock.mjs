// Loaded before a program (`--import`), in every thread of it: once the file CLOCK_BACK is there, its clock is an hour back.
import { existsSync } from 'node:fs';

const RealDate = Date;
const LOOK_MILLISECONDS = 20;
let looked = -Infinity;
let offset = 0;

function now() {
  if (performance.now() - looked > LOOK_MILLISECONDS) {
    looked = performance.now();
    offset = existsSync(process.env.CLOCK_BACK) ? -3_600_000 : 0;
  }
  return RealDate.now() + offset;
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }

  static now() {
    return now();
  }
};
