import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import { distFile } from '../../../server/paths.ts';
import { BrowserLayout } from '../../../server/projection/browser.ts';
import { createProjectionEngine } from '../../../server/projection/createProjectionEngine.ts';
import { clusteredVectors, projectionInput } from '../../support/projectionFixtures.ts';

const module = new WebAssembly.Module(readFileSync(distFile('wasm/projection.wasm')));

it('gives the bytes of the threaded engine, from the start and from its state', async () => {
  const input = projectionInput(clusteredVectors(300, 8, 5), { iterations: 40 }, 2);
  const engine = await createProjectionEngine({ ...input, engine: 'wasm' });
  await engine.step(20);
  const layout = new BrowserLayout(module, input);
  layout.step(20);
  expect(layout.saveState()).toEqual(engine.saveState());
  const restored = new BrowserLayout(module, input);
  restored.restoreState(engine.saveState());
  await engine.step(20);
  expect(restored.step(50).map(({ iteration }) => iteration)).toEqual(Array.from({ length: 20 }, (_, n) => 21 + n));
  expect(restored.positions()).toEqual(engine.positions());
  await engine.dispose();
});

it('refuses what the engine refuses', () => {
  const input = projectionInput(clusteredVectors(30, 4, 1));
  const parameters = { ...input.parameters, perplexity: 20 };
  expect(() => new BrowserLayout(module, { ...input, parameters })).toThrow(BadInputError);
});
