import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import { distFile, packageRoot } from '../../server/paths.ts';
import { BrowserLayout } from '../../server/projection/browser.ts';
import { clusteredVectors, projectionInput } from '../support/projectionFixtures.ts';

const ORIGIN = 'https://layout.test';
const ITERATIONS = 120;

// P and the start hold the browser's own exp and log, which round otherwise in the last bit; the kernels have their own.
test('the layout engine gives the layout of the server in a browser, to the rounding of its logarithms', async ({
  page,
}) => {
  const input = projectionInput(clusteredVectors(500, 8, 5), { iterations: ITERATIONS });
  const wasm = await readFile(distFile('wasm/projection.wasm'));
  // The same bytes as those of the server's threads: test/unit/projection/browser.test.ts.
  const here = new BrowserLayout(await WebAssembly.compile(wasm), input);
  here.step(ITERATIONS);

  const script = await bundledEngine();
  // Shared memory needs a page that is isolated from others.
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/engine.js') return route.fulfill({ headers, contentType: 'text/javascript', body: script });
    if (pathname === '/projection.wasm') return route.fulfill({ headers, contentType: 'application/wasm', body: wasm });
    return route.fulfill({ headers, contentType: 'text/html', body: '<!doctype html><title>Layout</title>' });
  });
  await page.goto(ORIGIN);
  const { vectors, graph, parameters } = input;
  const positions = await page.evaluate(layOut, {
    vectors: { ...vectors, values: [...vectors.values] },
    graph: { ...graph, indices: [...graph.indices], distances: [...graph.distances] },
    parameters,
  });
  const farthest = here.positions().reduce((most, value, at) => Math.max(most, Math.abs(value - positions[at]!)), 0);
  expect(positions).toHaveLength(1000);
  expect(farthest).toBeLessThan(1e-9);
});

/** What a page of somebody does with the module; runs in the browser. */
async function layOut({ vectors, graph, parameters }: PlainInput): Promise<number[]> {
  const address = '/engine.js';
  const engine = (await import(address)) as { BrowserLayout: typeof BrowserLayout };
  const module = await WebAssembly.compileStreaming(fetch('/projection.wasm'));
  const layout = new engine.BrowserLayout(module, {
    vectors: { ...vectors, values: Float32Array.from(vectors.values) },
    graph: { ...graph, indices: Int32Array.from(graph.indices), distances: Float32Array.from(graph.distances) },
    parameters,
  });
  layout.step(parameters.iterations);
  return [...layout.positions()];
}

type Input = ReturnType<typeof projectionInput>;

/** An input as JSON can carry it. */
interface PlainInput {
  readonly vectors: Omit<Input['vectors'], 'values'> & { readonly values: number[] };
  readonly graph: Omit<Input['graph'], 'indices' | 'distances'> & {
    readonly indices: number[];
    readonly distances: number[];
  };
  readonly parameters: Input['parameters'];
}

async function bundledEngine(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: join(packageRoot, 'server/projection/browser.ts'), formats: ['es'], fileName: 'engine' },
    },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (bundle === undefined || !('output' in bundle)) throw new Error('the engine was not bundled');
  return bundle.output[0].code;
}
