import type { ModelOutput } from './engines/engine.ts';
import {
  DEPTHWISE_KERNEL,
  type FoldedConvNext,
  type FoldedConvNextBlock,
  type FoldedDownsampling,
} from './foldConvNext.ts';
import type { OnnxGraphBuilder } from './onnxFormat.ts';
import { OnnxLayers, type GraphPrecision } from './onnxLayers.ts';

/**
 * Adds a ConvNeXt with free batch and image size. Input: `pixels` [B, 3, H, W]. Output: `output`; its tokens are the
 * normalized mean of all positions, then the positions row by row, [B, 1 + H·W/32², D]. The first takes CLS's part.
 */
export async function addConvNext(
  graph: OnnxGraphBuilder,
  model: FoldedConvNext,
  output: ModelOutput,
  precision: GraphPrecision = 'float32',
): Promise<void> {
  const { depths, layerNormEpsilon } = model.config;
  const builder = new ConvNextGraphBuilder(graph, new OnnxLayers(graph, layerNormEpsilon, precision), model);
  let x = graph.input('pixels', ['batch', 3, 'height', 'width']);
  for (const [stage, depth] of depths.entries()) {
    x = builder.downsample(`stage${stage}`, x, await model.readDownsampling(stage), stage);
    builder.remember(stage, x);
    for (let index = 0; index < depth; index++) {
      x = builder.block(`stage${stage}.block${index}`, x, await model.readBlock(stage, index), stage);
    }
  }
  builder.finish(x, output);
}

/** Activations between blocks are [B, C, H, W], as the convolutions take them. */
class ConvNextGraphBuilder {
  readonly #graph: OnnxGraphBuilder;
  readonly #layers: OnnxLayers;
  readonly #model: FoldedConvNext;

  constructor(graph: OnnxGraphBuilder, layers: OnnxLayers, model: FoldedConvNext) {
    this.#graph = graph;
    this.#layers = layers;
    this.#model = model;
  }

  downsample(name: string, x: string, { kernel, norm, weight, bias }: FoldedDownsampling, stage: number): string {
    const layers = this.#layers;
    const inputs = stage === 0 ? 3 : this.#model.config.hiddenSizes[stage - 1];
    if (stage === 0) {
      const convolved = layers.patchConvolution(`${name}.conv`, x, weight, bias, [inputs, kernel]);
      return this.#normChannels(`${name}.norm`, convolved, norm);
    }
    return layers.patchConvolution(`${name}.conv`, this.#normChannels(`${name}.norm`, x, norm), weight, bias, [
      inputs,
      kernel,
    ]);
  }

  /** Makes the shapes that the stage's blocks reshape to: [-1, C], and [B, H, W, C]. */
  remember(stage: number, x: string): void {
    const size = this.#model.config.hiddenSizes[stage];
    this.#graph.integers(`stage${stage}.rows`, [-1, size]);
    const lastChannels = this.#graph.node('Transpose', `stage${stage}.last`, [x], { perm: [0, 2, 3, 1] });
    this.#graph.node('Shape', `stage${stage}.shape`, [lastChannels]);
  }

  block(name: string, x: string, block: FoldedConvNextBlock, stage: number): string {
    const graph = this.#graph;
    const size = block.depthwiseBias.length;
    const operands = [
      x,
      graph.constant(`${name}.depthwise.weight`, block.depthwiseWeight, [size, 1, DEPTHWISE_KERNEL, DEPTHWISE_KERNEL]),
      graph.constant(`${name}.depthwise.bias`, block.depthwiseBias, [size]),
    ];
    const padding = (DEPTHWISE_KERNEL - 1) / 2;
    const mixed = graph.node('Conv', `${name}.depthwise`, operands, {
      kernel_shape: [DEPTHWISE_KERNEL, DEPTHWISE_KERNEL],
      pads: [padding, padding, padding, padding],
      group: size,
    });
    const last = graph.node('Transpose', `${name}.last`, [mixed], { perm: [0, 2, 3, 1] });
    const rows = graph.node('Reshape', `${name}.rows`, [last, `stage${stage}.rows`]);
    const normed = this.#layers.layerNorm(`${name}.norm`, rows, block.norm);
    const raised = this.#layers.activate(`${name}.act`, this.#layers.linear(`${name}.up`, normed, block.up), 'gelu');
    const lowered = this.#layers.linear(`${name}.down`, raised, block.down);
    const shaped = graph.node('Reshape', `${name}.shaped`, [lowered, `stage${stage}.shape`]);
    return graph.node('Add', `${name}.sum`, [x, graph.node('Transpose', `${name}.first`, [shaped], FIRST_CHANNELS)]);
  }

  finish(x: string, output: ModelOutput): void {
    const graph = this.#graph;
    const size = this.#model.config.hiddenSizes[3];
    const flat = graph.node('Reshape', 'flat', [x, graph.integers('flat.shape', [0, size, -1])]);
    const positions = graph.node('Transpose', 'positions', [flat], { perm: [0, 2, 1] });
    const mean = graph.node('ReduceMean', 'positions.mean', [positions, graph.integers('positions.axis', [1])], {
      keepdims: 1,
    });
    const norm = (name: string, tokens: string): string => this.#layers.layerNorm(name, tokens, this.#model.norm);
    const toVectors = (name: string, tokens: string): string =>
      graph.node('Reshape', name, [tokens, graph.integers(`${name}.shape`, [-1, size])]);
    if (output === 'cls') {
      toVectors('output', norm('norm', mean));
      graph.output('output', ['batch', size]);
      return;
    }
    const tokens = graph.node('Concat', 'tokens', [mean, positions], { axis: 1 });
    if (output === 'tokens') {
      norm('output', tokens);
      graph.output('output', ['batch', 'tokens', size]);
      return;
    }
    const normed = norm('norm', tokens);
    const averaged = this.#layers.meanFrom(output === 'mean' ? 'output' : 'mean', normed, 1);
    if (output === 'cls+mean') {
      const cls = toVectors('cls', norm('cls.norm', mean));
      graph.node('Concat', 'output', [cls, averaged], { axis: 1 });
    }
    graph.output('output', ['batch', output === 'mean' ? size : 2 * size]);
  }

  /** Layer normalization over the channels of [B, C, H, W]. */
  #normChannels(name: string, x: string, weights: FoldedDownsampling['norm']): string {
    const last = this.#graph.node('Transpose', `${name}.last`, [x], { perm: [0, 2, 3, 1] });
    const normed = this.#layers.layerNorm(name, last, weights);
    return this.#graph.node('Transpose', `${name}.first`, [normed], FIRST_CHANNELS);
  }
}

const FIRST_CHANNELS = { perm: [0, 3, 1, 2] };
