import type { ModelOutput } from './engines/engine.ts';
import type { FoldedBlock, FoldedVit } from './foldVit.ts';
import type { OnnxGraphBuilder } from './onnxFormat.ts';
import { OnnxLayers, type GraphPrecision } from './onnxLayers.ts';

/**
 * Adds a vision transformer with free batch and image size.
 * Inputs: `pixels` [B, 3, H, W]; `cos` and `signedSin` [T, 1, head size] of `rotaryTables`.
 * Output: `output`, [B, T, D] for tokens and [B, embedding size] else.
 * Linear layers work on rows [B·T, D].
 */
export async function addVit(
  graph: OnnxGraphBuilder,
  model: FoldedVit,
  output: ModelOutput,
  precision: GraphPrecision = 'float32',
): Promise<void> {
  const { hiddenSize: size, heads, layers: depth, layerNormEpsilon } = model.config;
  graph.input('pixels', ['batch', 3, 'height', 'width']);
  graph.input('cos', ['tokens', 1, size / heads]);
  graph.input('signedSin', ['tokens', 1, size / heads]);
  const layers = new OnnxLayers(graph, layerNormEpsilon, precision);
  const builder = new VitGraphBuilder(graph, layers, model);
  let rows = builder.embedPatches();
  for (let index = 0; index < depth; index++) {
    // Nothing after the last attention reads another token than CLS, so the rest of that block runs on CLS alone.
    const onlyCls = output === 'cls' && index === depth - 1;
    rows = builder.block(`block${index}`, await model.readBlock(index), rows, onlyCls);
  }
  builder.finish(layers.layerNorm('norm', rows, model.norm), output);
}

class VitGraphBuilder {
  readonly #graph: OnnxGraphBuilder;
  readonly #layers: OnnxLayers;
  readonly #model: FoldedVit;

  constructor(graph: OnnxGraphBuilder, layers: OnnxLayers, model: FoldedVit) {
    this.#graph = graph;
    this.#layers = layers;
    this.#model = model;
  }

  /** Prefix tokens and patch embeddings as [B·T, D]; also makes the shapes that the blocks reshape to. */
  embedPatches(): string {
    const graph = this.#graph;
    const { prefixTokens, patchWeight, patchBias, config } = this.#model;
    const { hiddenSize: size, patchSize: patch, registers, heads } = config;
    const conv = this.#layers.patchConvolution('patch', 'pixels', patchWeight, patchBias, [3, patch]);
    const flat = graph.node('Reshape', 'patch.flat', [conv, graph.integers('patch.shape', [0, size, -1])]);
    const patches = graph.node('Transpose', 'patches', [flat], { perm: [0, 2, 1] });
    const batch = graph.node('Shape', 'batch', ['pixels'], { start: 0, end: 1 });
    const prefixShape = graph.node(
      'Concat',
      'prefix.shape',
      [batch, graph.integers('prefix.dims', [1 + registers, size])],
      {
        axis: 0,
      },
    );
    const prefixValues = graph.constant('prefix.values', prefixTokens, [1, 1 + registers, size]);
    const prefix = graph.node('Expand', 'prefix', [prefixValues, prefixShape]);
    const tokens = graph.node('Concat', 'tokens', [prefix, patches], { axis: 1 });
    const tokenShape = graph.node('Shape', 'token.shape', [tokens], { start: 0, end: 2 });
    const shape = (name: string, rest: readonly number[]): string =>
      graph.node('Concat', name, [tokenShape, graph.integers(`${name}.rest`, rest)], { axis: 0 });
    shape('shape.qk', [2 * heads, size / heads]);
    shape('shape.v', [heads, size / heads]);
    shape('shape.rows', [size]);
    graph.integers('shape.flat', [-1, size]);
    return graph.node('Reshape', 'rows', [tokens, 'shape.flat']);
  }

  block(name: string, block: FoldedBlock, rows: string, onlyCls: boolean): string {
    const graph = this.#graph;
    const attended = this.#attention(name, block, this.#layers.layerNorm(`${name}.norm1`, rows, block.norm1), onlyCls);
    const residual = onlyCls ? this.#takeCls(`${name}.cls`, rows) : rows;
    const middle = graph.node('Add', `${name}.middle`, [
      residual,
      this.#layers.linear(`${name}.output`, attended, block.output),
    ]);
    const hidden = this.#mlpHidden(name, block, this.#layers.layerNorm(`${name}.norm2`, middle, block.norm2));
    return graph.node('Add', `${name}.sum`, [middle, this.#layers.linear(`${name}.down`, hidden, block.down)]);
  }

  finish(rows: string, output: ModelOutput): void {
    const graph = this.#graph;
    const { hiddenSize: size, registers } = this.#model.config;
    if (output === 'cls') {
      graph.node('Identity', 'output', [rows]);
      graph.output('output', ['batch', size]);
      return;
    }
    if (output === 'tokens') {
      graph.node('Reshape', 'output', [rows, 'shape.rows']);
      graph.output('output', ['batch', 'tokens', size]);
      return;
    }
    const tokens = graph.node('Reshape', 'last', [rows, 'shape.rows']);
    const mean = this.#layers.meanFrom(output === 'mean' ? 'output' : 'mean', tokens, 1 + registers);
    if (output === 'cls+mean') graph.node('Concat', 'output', [this.#takeCls('last.cls', rows), mean], { axis: 1 });
    graph.output('output', ['batch', output === 'mean' ? size : 2 * size]);
  }

  #attention(name: string, { qkv }: FoldedBlock, rows: string, onlyCls: boolean): string {
    const graph = this.#graph;
    const size = this.#model.config.hiddenSize;
    const joined = this.#layers.linear(`${name}.qkv`, rows, qkv);
    const parts = graph.integers(`${name}.parts`, [2 * size, size]);
    const [qk, v] = graph.nodes('Split', [`${name}.qk`, `${name}.v`], [joined, parts], { axis: 1 });
    const rotated = this.#rotate(name, graph.node('Reshape', `${name}.qk4`, [qk, 'shape.qk']));
    const [q, k] = graph.nodes('Split', [`${name}.q`, `${name}.k`], [rotated], { axis: 2, num_outputs: 2 });
    const queries = onlyCls ? this.#firstToken(`${name}.q0`, q) : q;
    const qHeads = graph.node('Transpose', `${name}.qT`, [queries], { perm: [0, 2, 1, 3] });
    const kHeads = graph.node('Transpose', `${name}.kT`, [k], { perm: [0, 2, 3, 1] });
    const v4 = graph.node('Reshape', `${name}.v4`, [v, 'shape.v']);
    const vHeads = graph.node('Transpose', `${name}.vT`, [v4], { perm: [0, 2, 1, 3] });
    const scores = graph.node('MatMul', `${name}.scores`, [qHeads, kHeads]);
    const weights = graph.node('Softmax', `${name}.weights`, [scores], { axis: -1 });
    const mixed = graph.node('MatMul', `${name}.mixed`, [weights, vHeads]);
    const merged = graph.node('Transpose', `${name}.merged`, [mixed], { perm: [0, 2, 1, 3] });
    return graph.node('Reshape', `${name}.attended`, [merged, 'shape.flat']);
  }

  /** x · cos + [x₂, x₁] · signedSin on [B, T, 2·heads, head size]. */
  #rotate(name: string, x: string): string {
    const graph = this.#graph;
    const halves = graph.nodes('Split', [`${name}.x1`, `${name}.x2`], [x], { axis: 3, num_outputs: 2 });
    const swapped = graph.node('Concat', `${name}.swapped`, [halves[1], halves[0]], { axis: 3 });
    const kept = graph.node('Mul', `${name}.kept`, [x, 'cos']);
    const turned = graph.node('Mul', `${name}.turned`, [swapped, 'signedSin']);
    return graph.node('Add', `${name}.rotated`, [kept, turned]);
  }

  #mlpHidden(name: string, { gate, up }: FoldedBlock, rows: string): string {
    const { activation } = this.#model.config;
    const raised = this.#layers.linear(`${name}.up`, rows, up);
    if (gate === null) return this.#layers.activate(`${name}.act`, raised, activation);
    const opened = this.#layers.activate(`${name}.act`, this.#layers.linear(`${name}.gate`, rows, gate), activation);
    return this.#graph.node('Mul', `${name}.gated`, [opened, raised]);
  }

  /** The CLS rows [B, D] of [B·T, D]. */
  #takeCls(name: string, rows: string): string {
    const tokens = this.#graph.node('Reshape', `${name}.tokens`, [rows, 'shape.rows']);
    const first = this.#firstToken(`${name}.first`, tokens);
    return this.#graph.node('Reshape', name, [first, 'shape.flat']);
  }

  #firstToken(name: string, tokens: string): string {
    const graph = this.#graph;
    const bounds = ['start', 'end', 'axis'].map((part, i) => graph.integers(`${name}.${part}`, [[0], [1], [1]][i]));
    return graph.node('Slice', name, [tokens, ...bounds]);
  }
}
