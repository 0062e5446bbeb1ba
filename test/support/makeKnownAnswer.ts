// Writes models/nano/known-answer.json, which `models verify nano` compares with. Run it after the weights have changed,
// once the parity tests pass:  node --import ./scripts/typescriptLoader.mjs test/support/makeKnownAnswer.ts
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { openExtractor } from '../../server/extraction/openExtractor.ts';
import { probeImages } from '../../server/extraction/probeImages.ts';

const model = await findModel('nano', { home: '.' });
const extractor = await openExtractor(model, { engine: 'wasm', threads: 1 });
const vectors = await extractor.embed(probeImages(model.resolution));
await extractor.close();
const answer = {
  checksum: model.checksum,
  madeWith: 'TensorFlow.js on WebAssembly, float32',
  // Six digits after the point are finer than float32 needs at this size.
  vectors: Array.from(vectors, (value) => Number(value.toFixed(6))),
};
await writeFile(join(model.directory, 'known-answer.json'), `${JSON.stringify(answer)}\n`);
