/**
 * Draws icons of an Iconify set on white, as training images beside CIFAR-10's.
 *
 *   node renderIcons.mjs NAMES.txt OUT.npy
 *
 * NAMES.txt: names of `@iconify-json/noto`, one a line, in the order of the teacher's features.
 * OUT.npy: uint8 of (count, 32, 32, 3).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';

const SIDE = 32;
const HEADER_BYTES = 128;

const [namesFile, outFile] = process.argv.slice(2);
if (outFile === undefined) {
  console.error('usage: node renderIcons.mjs NAMES.txt OUT.npy');
  process.exit(2);
}
const names = readFileSync(namesFile, 'utf8').split('\n').filter(Boolean);
const set = createRequire(import.meta.url)('@iconify-json/noto/icons.json');
const [width, height] = [set.width ?? 128, set.height ?? 128];
const pixels = new Uint8Array(names.length * SIDE * SIDE * 3);

for (const [index, name] of names.entries()) {
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent];
  if (icon === undefined) throw new Error(`${namesFile}: the icon set has no "${name}"`);
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const svg = `<svg ${namespaces} viewBox="0 0 ${icon.width ?? width} ${icon.height ?? height}">${icon.body}</svg>`;
  // Drawn four times as large and then reduced, so that thin lines keep their weight.
  const drawn = sharp(Buffer.from(svg))
    .resize(4 * SIDE, 4 * SIDE)
    .flatten({ background: '#ffffff' })
    .toColorspace('srgb');
  const large = await drawn.png().toBuffer();
  pixels.set(await sharp(large).resize(SIDE, SIDE).removeAlpha().raw().toBuffer(), index * SIDE * SIDE * 3);
}

const description = `{'descr': '|u1', 'fortran_order': False, 'shape': (${names.length}, ${SIDE}, ${SIDE}, 3), }`;
const header = Buffer.alloc(HEADER_BYTES, ' ');
header.write('\x93NUMPY\x01\x00', 0, 'latin1');
header.writeUInt16LE(HEADER_BYTES - 10, 8);
header.write(description, 10, 'latin1');
header.write('\n', HEADER_BYTES - 1, 'latin1');
writeFileSync(outFile, Buffer.concat([header, pixels]));
